// An application in a worker, which has no window, no document and no localStorage.
import { ChatSocket } from "../node_modules/socketio-wasm/index.js";
import { run } from "./chat.js";

run(ChatSocket).then(postMessage);
