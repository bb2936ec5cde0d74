// Where the classes find what Rust exports. Its functions take and give numbers and JavaScript values only, so that nothing stands between.

let load;

/** An entry says how the WebAssembly is loaded: `loader` returns what it exports, or throws. */
export const provide = (loader) => {
  load = loader;
};

export const wasm = () => load();
