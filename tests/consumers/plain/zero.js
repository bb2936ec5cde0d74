// The chat page with the WebAssembly inside the script.
import { ChatSocket } from "socketio-wasm";
import { start } from "./chat.js";

start(ChatSocket);
