// The rule of the driver: what a listener does, or throws, harms nothing.
import { is, same } from "./assert.js";
import { test, namesOf } from "./world.js";
import * as self from "./listeners.js";

export const all = () => namesOf(self);

export const a_listener_that_throws_is_reported_and_the_next_one_runs = test(async (world) => {
  const [client, socket] = world.connected();
  const heard = [];
  const failure = new Error("a listener's own");
  client.onMessage(() => {
    throw failure;
  });
  client.onMessage((message) => heard.push(message.id));
  socket.emit("message", { id: "m1" });
  same(heard, ["m1"]);
  same(world.takeReported(), [failure]);
  is(client.isConnected, true);
});
