// What a server may send that it should not: the end of the connection, or nothing, and never more.
import { is, ok, same } from "./assert.js";
import { test } from "./world.js";

const REASONS = {
  "parse error": ["4", "47", "49[]", "42", "42[", "42[]", "42{}", "42[null]", "42[true]", '42["connect"]', '42["disconnect"]', '42["newListener"]', "40[]",
    "41{}", "43", "431", "450-[]", '45-["a"]', '4511-["a"]', "b!", '451-["a",{"_placeholder":true,"num":1}]',
    '451-["a",{"_placeholder":true,"num":"0"}]', '0{"sid":"x","upgrades":[],"pingInterval":1000,"pingTimeout":1000}'],
  "transport error": ["", "9", "x"],
  "transport close": ["1"],
};

export const a_malformed_frame_ends_the_connection_and_it_comes_back = test(async (world) => {
  for (const [reason, frames] of Object.entries(REASONS)) {
    for (const frame of frames) {
      const [client, socket] = await world.connected({ userId: `${reason} ${frame}` });
      const reasons = [];
      client.socket.on("disconnect", (why) => reasons.push(why));
      socket.deliver(frame);
      same(reasons, [reason], `after ${frame}`);
      ok(socket.isReleased, `the socket is dropped after ${frame}`);
      is(client.status, "reconnecting");
      await world.accept();
      is(client.isConnected, true, `connected again after ${frame}`);
      client.close();
    }
  }
});

export const binary_where_none_is_due_and_text_where_it_is_are_parse_errors = test(async (world) => {
  for (const frames of [[new ArrayBuffer(1)], ['451-["a",{"_placeholder":true,"num":0}]', '42["b"]']]) {
    const [client, socket] = await world.connected();
    const reasons = [];
    client.socket.on("disconnect", (why) => reasons.push(why));
    for (const frame of frames) socket.deliver(frame);
    same(reasons, ["parse error"]);
    client.close();
  }
});

export const what_is_odd_and_no_error_is_ignored = test(async (world) => {
  const [client, socket] = await world.connected();
  const heard = [];
  client.socket.onAny((...args) => heard.push(args));
  for (const frame of ["3", "5", "6", '4399["x"]', '40{"sid":"again"}', '42/nobody,["x"]', "42[1,2]", '42["__proto__",{"__proto__":1}]']) socket.deliver(frame);
  is(client.isConnected, true);
  is(client.socket.id, "socket");
  is(heard.length, 2);
  same(heard[0], [1, 2]);
  is(heard[1][0], "__proto__");
});

export const an_open_packet_that_cannot_be_lived_by_is_a_transport_error = test(async (world) => {
  const client = world.client({ token: "t" });
  const errors = [];
  client.socket.on("connect_error", ({ message }) => errors.push(message));
  client.initializeSocket();
  for (const packet of ["0", "0{", "0{}", '0{"sid":"x"}', '0{"sid":"x","pingInterval":0,"pingTimeout":0}', '0{"sid":5,"pingInterval":1,"pingTimeout":1}']) {
    const socket = await world.socket();
    socket.openSilently();
    socket.deliver(packet);
    ok(socket.isReleased, packet);
  }
  is(errors.length, 6);
  await world.accept();
  is(client.isConnected, true);
});
