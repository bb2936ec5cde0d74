// An application of the slim entry, where the .wasm lies beside the module; a first attempt asks for one that is not there.
import { ChatSocket, init } from "socketio-wasm/slim";
import { run } from "./chat.js";

async function start() {
  const failed = await init("/missing.wasm").catch(({ code }) => code);
  await Promise.all([init(), init()]);
  return [failed, ...(await run(ChatSocket))];
}

globalThis.result = start();
