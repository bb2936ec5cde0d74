// Vitest copies jsdom's members into Node's global object, which is no Window by that; the WebAssembly asks for one to find localStorage.
Object.defineProperty(Window, Symbol.hasInstance, { value: (object) => object === globalThis, configurable: true });
