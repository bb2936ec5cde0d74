// The README's picture: bars of times beside socket.io-client's, and of bytes. Drawn from the results alone, so the same ones give the same file.

const WIDTH = 560;
const PAD = 20;
const LABELS = 212;
const VALUES = 44;
const ROW = 24;
const BAR = 12;
/** Of the axis of times. A longer bar is cut off, and its number says how long it is. */
const LONGEST = 1.5;

const STYLE = `
  svg { --back: #ffffff; --edge: #d0d7de; --text: #1f2328; --faint: #59636e; --ours: #2f6fdb; --theirs: #afb8c1; --line: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    svg { --back: #0d1117; --edge: #3d444d; --text: #f0f6fc; --faint: #9198a1; --ours: #4d8df6; --theirs: #565f6b; --line: #f0883e }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--text) }
  .title { font-weight: 600 }
  .faint { fill: var(--faint); font-size: 12px }
  .value { font-variant-numeric: tabular-nums }
  .ours { fill: var(--ours) }
  .theirs { fill: var(--theirs) }
  .limit { stroke: var(--text); stroke-width: 2 }
  .line { stroke: var(--line); stroke-width: 1.5; stroke-dasharray: 4 3 }
`;

const escaped = (text) => text.replace(/[&<>"]/g, (unit) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[unit]);
const round = (number) => Number(number.toFixed(1));
const text = (x, y, content, kind, anchor) =>
  `<text x="${round(x)}" y="${round(y)}"${kind ? ` class="${kind}"` : ""}${anchor ? ` text-anchor="${anchor}"` : ""}>${escaped(content)}</text>`;

const LEFT = PAD + LABELS;
const ROOM = WIDTH - 2 * PAD - LABELS - VALUES;

/** One bar with its label and number; `length` is a share of the room, `limit` a mark in it. */
function bar(y, { label, value, length, kind, limit }) {
  const width = round(ROOM * Math.min(length, 1));
  const top = round(y + (ROW - BAR) / 2);
  const base = y + ROW / 2 + 4.5;
  const parts = [
    text(PAD, base, label),
    `<rect x="${LEFT}" y="${top}" width="${width}" height="${BAR}" rx="2" class="${kind}"/>`,
    text(WIDTH - PAD, base, value, "value", "end"),
  ];
  if (limit !== undefined) {
    const x = round(LEFT + ROOM * Math.min(limit, 1));
    parts.push(`<line x1="${x}" x2="${x}" y1="${top - 2}" y2="${top + BAR + 2}" class="limit"/>`);
  }
  return parts.join("");
}

function times({ speed, loopback, cold, queue }) {
  const row = (label, ratio, raw) => ({
    label,
    value: ratio.toFixed(2),
    length: ratio / LONGEST,
    kind: "ours",
    limit: raw === undefined ? undefined : raw / LONGEST,
  });
  const of = (section, name, label = name) => {
    const { socket, raw } = section.rows.find((one) => one.name === name).results;
    return row(label, socket.ratio, raw.ratio);
  };
  const late = cold.rows.find(({ roundTrip }) => roundTrip === 100);
  const first = (to) => late.verdicts.find((one) => one.key === "index" && one.to === to).ratio;
  const names = ["160 B", "20 KB", "64 KB binary"];
  return [
    ...names.map((size) => of(speed, `receive ${size}`)),
    of(speed, "receive 160 B, 50 listeners"),
    ...names.map((size) => of(speed, `send ${size}`)),
    of(speed, "round trip 160 B, p50", "round trip 160 B, median"),
    of(loopback, "round trip 160 B, p50", "… with a server on loopback"),
    row("cold page (its WebSocket only)", first("websocket")),
    row("cold page (its default)", first("polling")),
    row("flushing a queue (its retries)", 1 / queue.rows.find(({ name }) => name === "delivery at 50 ms").ratio),
  ];
}

const BYTES = {
  "slim entry (wasm + slim.js)": ["socketio-wasm/slim", "ours"],
  "zero-config entry (index.js)": ["socketio-wasm", "ours"],
  "socket.io-client": ["socket.io-client", "theirs"],
  "… + @tanstack/offline-transactions": ["… + offline-transactions", "theirs"],
  "… + localforage, mock-socket, jwt-decode": ["… + localforage and others", "theirs"],
  "pusher-js": ["pusher-js", "theirs"],
  "ably (Realtime)": ["ably", "theirs"],
};

function bytes({ sizes }) {
  const rows = Object.entries(BYTES).map(([name, [label, kind]]) => ({ label, kind, gzip: sizes.find((row) => row.name === name).gzip }));
  const most = Math.max(...rows.map(({ gzip }) => gzip));
  return rows.map(({ label, kind, gzip }) => ({ label, kind, value: `${(gzip / 1000).toFixed(1)}`, length: gzip / most }));
}

export function picture(report) {
  const { versions } = report;
  const parts = [];
  let y = PAD;
  const heading = (title, ...notes) => {
    parts.push(text(PAD, y + 12, title, "title"));
    for (const note of notes) parts.push(text(PAD, (y += 18) + 12, note, "faint"));
    y += 24;
  };
  const bars = (rows) => {
    for (const row of rows) {
      parts.push(bar(y, row));
      y += ROW;
    }
  };

  heading(
    `Time, as a ratio to socket.io-client ${versions["socket.io-client"]}`,
    "shorter is faster; dashed: socket.io-client; a mark: a bare WebSocket and JSON",
  );
  const one = round(LEFT + ROOM / LONGEST);
  const top = y;
  const compared = times(report);
  bars(compared);
  parts.push(`<line x1="${one}" x2="${one}" y1="${top}" y2="${y}" class="line"/>`, text(one, y + 14, "1.0", "faint", "middle"));
  y += 36;
  heading("Bytes of JavaScript and WebAssembly, KB gzipped");
  const shipped = bytes(report);
  bars(shipped);
  y += PAD - 6;

  const told = (rows) => rows.map(({ label, value }) => `${label}: ${value}`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-labelledby="title desc">
<title id="title">socketio-wasm beside socket.io-client</title>
<desc id="desc">${escaped(`Time as a ratio to socket.io-client: ${told(compared)}. Kilobytes, gzipped: ${told(shipped)}.`)}</desc>
<style>${STYLE}</style>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${y - 1}" rx="8" fill="var(--back)" stroke="var(--edge)"/>
${parts.join("\n")}
</svg>
`;
}
