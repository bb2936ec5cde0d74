// An application of the slim entry whose bundler hands out the URL of the .wasm.
import { ChatSocket, init } from "socketio-wasm/slim";
import wasm from "socketio-wasm/socketio_wasm_bg.wasm";
import { run } from "./chat.js";

globalThis.result = init(new URL(wasm, location.href)).then(() => run(ChatSocket));
