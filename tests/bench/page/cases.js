// What is measured: one row of the table each. `batch` messages are one timed sample; a case names the contenders that it is for.

/**
 * kind     receive | send | trip (a message sent, its acknowledgement delivered, the caller told)
 * turns    true: the microtasks run dry after every message, as they do between a browser's events. false: all of the batch in one turn
 * group    trips: how many are timed as one sample, since the clock has steps of 5 µs
 * pause    milliseconds of rest after each batch, for what it has set going in another process
 */
const receive = { kind: "receive", turns: true, listeners: 1, pause: 0, contenders: ["base", "again", "socket", "chat", "raw"] };
const send = { ...receive, kind: "send" };
const trip = { ...receive, kind: "trip" };
// Apart from the others: the browser process works on after the batch, and would slow whoever comes next.
const stored = { pause: 20, contenders: ["base", "again", "chatLocal", "rawLocal"] };

export const cases = [
  { ...receive, name: "receive 160 B", bytes: 160, batch: 2000 },
  { ...receive, name: "receive 160 B, 50 listeners", bytes: 160, listeners: 50, batch: 1500 },
  { ...receive, name: "receive 160 B, burst", bytes: 160, batch: 1000, turns: false },
  { ...receive, name: "receive 2 KB", bytes: 2048, batch: 1500 },
  { ...receive, name: "receive 20 KB", bytes: 20_480, batch: 500 },
  { ...receive, name: "receive 20 KB, burst", bytes: 20_480, batch: 500, turns: false },
  { ...receive, name: "receive 20 KB, 50 listeners", bytes: 20_480, listeners: 50, batch: 500 },
  { ...send, name: "send 160 B", bytes: 160, batch: 2000 },
  { ...send, name: "send 160 B, burst", bytes: 160, batch: 1000, turns: false },
  { ...send, name: "send 2 KB", bytes: 2048, batch: 1500 },
  { ...send, name: "send 20 KB", bytes: 20_480, batch: 500 },
  { ...send, name: "send 20 KB, burst", bytes: 20_480, batch: 500, turns: false },
  { ...send, ...stored, name: "send 160 B, stored", bytes: 160, batch: 500 },
  { ...trip, name: "round trip 160 B", bytes: 160, batch: 2500, group: 50 },
  { ...trip, name: "round trip 20 KB", bytes: 20_480, batch: 500, group: 20 },
  { ...trip, ...stored, name: "round trip 160 B, stored", bytes: 160, batch: 500, group: 50 },
  { ...trip, ...stored, name: "round trip 20 KB, stored", bytes: 20_480, batch: 200, group: 20 },
];
