// Where the classes find what Rust exports. Its functions take and give numbers and JavaScript values only, so that nothing stands between.

let load;

/** What Rust exports, for whoever has been made by a constructor that has called `start`. */
export let rust;

/** An entry says how the WebAssembly is loaded: `loader(meanwhile)` returns what it exports, or throws. What takes long it does after `meanwhile`. */
export const provide = (loader) => {
  load = loader;
};

/** Loads it, if that has not been done. */
export const start = (meanwhile) => {
  rust ??= load(meanwhile);
};

/**
 * Throws a RangeError where an application has all but used up its stack: where anything throws while Rust is at work, the client is lost. To be
 * called before what an application may call from any depth. A third of what is asked for was enough wherever it was tried.
 */
export const checkStack = () => rust.core_need_stack(0);
