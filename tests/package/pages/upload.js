// Uploads in binary chunks, with progress, resumed after a lost connection; and a download. Written for socket.io-client.
import { io } from "socket.io-client";
import { next, options, run, server, watch, watchManager } from "./watch.js";

const CHUNK = 64 * 1024;
const lines = [];

/** A file whose bytes follow from their positions. */
function makeFile(name, size) {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 255;
  return new File([bytes], name, { type: "application/octet-stream" });
}

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends a file chunk by chunk, each when the server has the one before. Goes on where the server stands when the connection was lost. */
async function upload(log, socket, file) {
  const bar = { shown: [] };
  const draw = ({ name, received }) => name === file.name && bar.shown.push(Math.round((100 * received) / file.size));
  socket.on("progress", draw);
  let { offset } = await socket.emitWithAck("begin", { name: file.name, size: file.size });
  while (offset < file.size) {
    const data = await file.slice(offset, offset + CHUNK).arrayBuffer();
    try {
      ({ offset } = await socket.timeout(5000).emitWithAck("chunk", { name: file.name, offset, data }));
    } catch (error) {
      log("interrupted at", offset, error);
      ({ offset } = await socket.emitWithAck("begin", { name: file.name, size: file.size }));
      log("resumes at", offset);
    }
  }
  const { sha256 } = await socket.emitWithAck("finish", { name: file.name });
  socket.off("progress", draw);
  log(file.name, "bar", bar.shown, "intact", sha256 === (await digest(await file.arrayBuffer())));
}

run(lines, async (log) => {
  const socket = io(`${server}/uploads`, { ...options, auth: (done) => setTimeout(() => done({ session: "s1" }), 5) });
  watch(log, "uploads", socket);
  const packets = watchManager(log, socket.io);

  await upload(log, socket, makeFile("small.bin", 1000));
  await upload(log, socket, makeFile("even.bin", 3 * CHUNK));
  // The server cuts the connection in the middle of this one.
  await upload(log, socket, makeFile("fragile.bin", 6 * CHUNK + 17));

  // Every kind of binary, nested, in one event; and binary in the answer.
  const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);
  const kinds = { view: bytes.subarray(2, 5), buffer: bytes.buffer, data: new DataView(bytes.buffer, 1, 3), floats: new Float32Array([1.5]), blob: new Blob(["blob"]) };
  log("as received", await socket.emitWithAck("describe", kinds, [[bytes], "between", { deep: { er: bytes } }], null));
  log("empty", await socket.emitWithAck("describe", new Uint8Array(0), new ArrayBuffer(0)));

  // A download: the server sends parts, each when the one before has been acknowledged.
  const parts = [];
  socket.on("part", ({ data, last }, taken) => {
    parts.push(data);
    taken(parts.length);
    if (last) socket.off("part");
  });
  const { sha256 } = await socket.emitWithAck("download", "even.bin");
  log("downloaded", parts.length, sha256 === (await digest(await new Blob(parts).arrayBuffer())));

  // More than the server takes in one message: it ends the connection, and the next one works.
  const lost = next(socket, "disconnect");
  const refused = socket.emitWithAck("chunk", { name: "even.bin", offset: 0, data: new Uint8Array(400_000) }).catch((error) => error);
  await lost;
  log("too large", await refused);
  log("works again", await socket.emitWithAck("describe", bytes));

  // Written without a connection: sent when there is one again, with its bytes.
  socket.io.engine.close();
  socket.emit("keep", { note: "offline", data: bytes });
  log("waiting", socket.sendBuffer.map(({ data }) => data[1].note));
  await next(socket, "connect");
  log("kept", await socket.emitWithAck("kept"));

  // Given up in the middle.
  const abandoned = socket.emitWithAck("never", bytes).catch((error) => error);
  socket.disconnect();
  log("given up", await abandoned, socket.connected, socket.active, packets);
});
