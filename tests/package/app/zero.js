// An application of the zero-config entry. What its constructor throws is a result, too.
import { ChatSocket } from "socketio-wasm";
import { run } from "./chat.js";

globalThis.result = run(ChatSocket).catch(({ code, message }) => ({ code, message }));
