// Where the classes find what Rust exports. Its functions take and give numbers and JavaScript values only, so that nothing stands between.

let load;

/** What Rust exports, for whoever has been made by a constructor that has called `start`. */
export let rust;

/** An entry says how the WebAssembly is loaded: `loader` returns what it exports, or throws. */
export const provide = (loader) => {
  load = loader;
};

/** Loads it, if that has not been done. */
export const start = () => {
  rust ??= load();
};
