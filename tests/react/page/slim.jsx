// The same page over the slim entry, which the bundler takes for the other.
import { init } from "socketio-wasm/slim";

await init("/core.wasm");
await import("./main.jsx");
