// A chat with rooms: two people in one page, each with a connection of their own. Written for socket.io-client.
import { io } from "socket.io-client";
import { logTo, next, options, server, watch, watchManager } from "./watch.js";

/** One person's view: the rooms joined, the messages seen, who is typing. */
class Chat {
  rooms = new Map();
  lines = [];
  log = logTo(this.lines);

  constructor(name) {
    this.name = name;
    this.socket = io(server, { ...options, forceNew: true, auth: { name } });
    watch(this.log, name, this.socket);
    this.packets = watchManager(this.log, this.socket.io);
    // The server has forgotten which rooms a lost connection was in.
    this.socket.on("connect", () => {
      for (const room of this.rooms.keys()) this.join(room);
    });
    this.socket.on("message", (room, message) => this.rooms.get(room)?.messages.push(message));
    this.socket.on("typing", (room, who) => this.rooms.get(room)?.typing.add(who));
    this.socket.on("are you there", (question, answer) => answer(`${this.name} is, and ${question}`));
  }

  async join(room) {
    const { members, messages } = await this.socket.emitWithAck("join", room);
    this.rooms.set(room, { messages: this.rooms.get(room)?.messages ?? messages, typing: new Set() });
    this.log("in", room, "with", members);
  }

  leave(room) {
    this.rooms.delete(room);
    this.socket.emit("leave", room, (rooms) => this.log("left", room, "still in", rooms));
  }

  /** Resolves to whether the server has it. */
  say(room, text) {
    return new Promise((resolve) => {
      this.socket.timeout(5000).emit("say", room, { text, by: this.name }, (error, { position } = {}) => {
        this.log("said", text, error, position);
        if (!error) this.rooms.get(room)?.messages.push({ text, by: this.name });
        resolve(!error);
      });
    });
  }

  typing(room) {
    this.socket.volatile.emit("typing", room);
  }
}

async function talk() {
  const [ann, bob] = [new Chat("ann"), new Chat("bob")];
  // Written before there is a connection.
  const early = ann.say("general", "first");
  ann.typing("general");
  await Promise.all([next(ann.socket, "connect"), next(bob.socket, "connect"), early]);
  await ann.join("general");
  const told = next(ann.socket, "joined");
  await bob.join("general");
  await told;
  for (const text of ["hello", "how are you?", "👋 ünï\u2028code"]) {
    const heard = next(bob.socket, "message");
    await ann.say("general", text);
    await heard;
  }
  const sawTyping = next(ann.socket, "typing");
  bob.typing("general");
  await sawTyping;

  // A room that only one of them is in.
  await ann.join("secret");
  await ann.say("secret", "nobody hears this");
  ann.leave("secret");
  ann.log("roll call", await ann.socket.emitWithAck("roll call", "general", "well"));

  // A server that takes its time, an event that it does not know, and an answer after the time is up.
  ann.log("too slow", await ann.socket.timeout(30).emitWithAck("take your time", 200).catch((error) => error));
  ann.socket.timeout(30).emit("nobody knows this", (error) => ann.log("no answer", error));
  ann.log("slow", await ann.socket.timeout(5000).emitWithAck("take your time", 60));

  // The network fails while something is under way, and ann writes on.
  const pending = ann.socket.emitWithAck("take your time", 1000).catch((error) => error);
  ann.socket.emit("cut me off");
  await next(ann.socket, "disconnect");
  ann.log("pending", await pending);
  const [heard, again] = [next(bob.socket, "message"), ann.say("general", "written while away")];
  ann.log("waiting", ann.socket.sendBuffer.map(({ data }) => data[0]));
  await again;
  await heard;
  ann.log("back with", await ann.socket.emitWithAck("who", "general"));

  // bob is thrown out, and comes back when he wants to.
  const thrownOut = next(bob.socket, "disconnect");
  ann.socket.emit("throw out", "bob");
  await thrownOut;
  bob.log("and stays out", bob.socket.active);
  const back = next(ann.socket, "joined");
  bob.socket.connect();
  await back;
  await bob.say("general", "sorry");
  await ann.socket.emitWithAck("who", "general");

  const gone = next(ann.socket, "gone");
  bob.socket.disconnect();
  await gone;
  ann.socket.close();
  for (const { name, log, rooms, packets } of [ann, bob]) log(name, "has seen", [...rooms].map(([room, { messages }]) => [room, messages]), packets);
  globalThis.result = [...ann.lines, ...bob.lines];
}

talk().catch((error) => (globalThis.result = [["the page failed", String(error.stack)]]));
