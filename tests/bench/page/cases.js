// What is measured over the fake WebSocket: one row of the table each. `batch` messages are one timed sample; a case names its contenders.

/**
 * kind          receive | send | trip (a message sent, its acknowledgement delivered, the caller told)
 * acknowledged  received messages ask for an acknowledgement, which the listener gives
 * binary        the content is so many bytes, and not a text
 * turns         true: the microtasks run dry after every message, as they do between a browser's events. false: all of the batch in one turn
 * group         trips: how many are timed as one sample, since the clock has steps of 5 µs
 * pause         milliseconds of rest after each batch, for what it has set going in another process
 * target        what the ratio of `socket` has to be, at most
 */
const receive = {
  kind: "receive",
  turns: true,
  listeners: 1,
  acknowledged: false,
  binary: false,
  pause: 0,
  contenders: ["base", "again", "socket", "chat", "raw"],
};
const send = { ...receive, kind: "send" };
const trip = { ...receive, kind: "trip", target: 1 };
// A chat's messages are JSON, and it acknowledges nothing that comes.
const general = { contenders: ["base", "again", "socket", "raw"] };
// Apart from the others: the browser process works on after the batch, and would slow whoever comes next.
const stored = { pause: 20, target: undefined, contenders: ["base", "again", "chatLocal", "rawLocal"] };

/** `target` is that of one listener, and of sending. */
const SIZES = [
  { size: "160 B", bytes: 160, batch: 2000, group: 50, target: 0.8 },
  { size: "2 KB", bytes: 2048, batch: 1500, group: 50 },
  { size: "20 KB", bytes: 20_480, batch: 500, group: 20, target: 0.6 },
  { size: "200 KB", bytes: 204_800, batch: 60, group: 4, target: 0.6 },
  { size: "64 KB binary", bytes: 65_536, batch: 500, group: 20, target: 0.6, binary: true, ...general },
];

function ofSize({ size, group, target, ...spec }) {
  return [
    { ...receive, ...spec, name: `receive ${size}`, target },
    { ...receive, ...spec, name: `receive ${size}, 50 listeners`, listeners: 50, target: 1 },
    { ...receive, ...spec, name: `receive ${size}, acknowledged`, acknowledged: true, ...general },
    { ...send, ...spec, name: `send ${size}`, target },
    { ...trip, ...spec, name: `round trip ${size}`, group },
  ];
}

const order = ["receive", "send", "trip"];

export const cases = [
  ...SIZES.flatMap(ofSize),
  { ...receive, name: "receive 160 B, burst", bytes: 160, batch: 1000, turns: false },
  { ...receive, name: "receive 20 KB, burst", bytes: 20_480, batch: 500, turns: false },
  { ...send, name: "send 160 B, burst", bytes: 160, batch: 1000, turns: false },
  { ...send, name: "send 20 KB, burst", bytes: 20_480, batch: 500, turns: false },
  { ...send, ...stored, name: "send 160 B, stored", bytes: 160, batch: 500 },
  { ...trip, ...stored, name: "round trip 160 B, stored", bytes: 160, batch: 500, group: 50 },
  { ...trip, ...stored, name: "round trip 20 KB, stored", bytes: 20_480, batch: 200, group: 20 },
].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
