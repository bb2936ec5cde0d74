// The servers that the scenario is run with. Each is a program of its own, which gets <path> <port> <log>, says "listening <port>", and in the
// namespaces "/" and "/admin" does as agreed:
//
//   CONNECT            takes the token "good", refuses others with "The token is not good" and, where it can, {status: 401, code: "BAD_TOKEN"}
//   connected          is emitted to who has connected, with {namespace}
//   joinConversation   takes into a room, and acknowledges
//   sendMessage        writes a line of JSON to the log, and sends it on as `message` to the others in the room, and acknowledges {kept: id};
//                      one with the content "hold" is only written
//   echo               acknowledges with its two arguments
//   return             emits `returned` with its two arguments
//   ask                emits `question` with its two arguments, and acknowledges with the two that `question` is acknowledged with
//   leave              disconnects the socket
//
// They send a heartbeat every 300 ms (python-socketio's least is 1 s), and take 300,000 bytes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BROWSER, BUILD, root, setup } from "../../pkg-template/scripts/setup.mjs";

const read = (name) => readFileSync(join(root, name), "utf8");
const sources = (name) => join(root, "tests/interop/servers", name);
const tools = (...needs) => setup([...BUILD, ...BROWSER, ...needs]);

function node(name) {
  const { version } = JSON.parse(read(`node_modules/${name}/package.json`));
  return {
    title: `socket.io ${version}`,
    command: (path, port, log) => [process.execPath, sources("node.mjs"), path, port, log, name],
    refusesWithData: true,
    // The first 4.x say nothing of it.
    tellsMaxPayload: name === "socket.io",
  };
}

export const newest = () => node("socket.io");
export const oldest = () => node("socket.io-oldest");

export function python() {
  const { PYTHON } = tools("python");
  const [, version] = /^python-socketio==(.*)$/m.exec(read("tests/interop/servers/requirements.txt"));
  return {
    title: `python-socketio ${version}`,
    command: (path, port, log) => [PYTHON, sources("server.py"), path, port, log],
    refusesWithData: true,
    tellsMaxPayload: true,
    unknownNamespace: "Unable to connect",
  };
}

export function socketioxide() {
  const { SOCKETIOXIDE_SERVER } = tools("socketioxide");
  const [, version] = /name = "socketioxide"\nversion = "(.*)"/.exec(read("tests/interop/servers/rust/Cargo.lock"));
  return {
    title: `socketioxide ${version}`,
    command: (path, port, log) => [SOCKETIOXIDE_SERVER, path, port, log],
    // Its middleware returns a text.
    refusesWithData: false,
    tellsMaxPayload: true,
  };
}
