// The chat page with the WebAssembly in a file of its own.
import { ChatSocket, init } from "socketio-wasm/slim";
import { start } from "./chat.js";

await init();
start(ChatSocket);
