// A TCP proxy on loopback that adds a round trip: half of it in each direction, to whatever passes, HTTP and WebSocket alike. A new
// connection takes one round trip more, as TCP's handshake does. No TLS, no limit on bandwidth.

import { connect, createServer } from "node:net";

/** Passes what comes from `from` on to `to`, later by `delay`; the first of it `first` milliseconds later still. */
function pass(from, to, delay, first) {
  const open = performance.now() + first;
  // Timers of one length fire in the order in which they were set; the first chunks wait until `open`.
  const later = (action) => {
    const wait = Math.max(open - performance.now(), 0) + delay;
    if (wait > 0) setTimeout(action, wait);
    else action();
  };
  from.on("data", (chunk) => later(() => to.writable && to.write(chunk)));
  from.on("end", () => later(() => to.end()));
  from.on("error", () => to.destroy());
  from.on("close", () => later(() => to.destroy()));
}

/** The port of the proxy; `roundTrip` in milliseconds. */
export async function delayed(port, roundTrip) {
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    client.setNoDelay();
    upstream.setNoDelay();
    pass(client, upstream, roundTrip / 2, roundTrip);
    pass(upstream, client, roundTrip / 2, 0);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}
