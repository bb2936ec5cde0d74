// The slim entry: the same types, so that code may take a client from either, and `init`.
import { ChatSocket as Inlined } from "socketio-wasm";
import { ChatSocket, init, protocol } from "socketio-wasm/slim";
import type { ChatSocketOptions } from "socketio-wasm/slim";

const options: ChatSocketOptions = { useMockSocket: true };
const ready: Promise<void> = init();
init("/socketio_wasm_bg.wasm");
init(new URL("https://chat.example/a.wasm"));
init(new Response());
init(new Uint8Array(8));
init(new ArrayBuffer(8));
init(new WebAssembly.Module(new Uint8Array(8)));
// @ts-expect-error: no source is null
init(null);

let either: Inlined = new ChatSocket(options);
either = new Inlined();

export { either, protocol, ready };
