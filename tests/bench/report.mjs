// The tables that `npm run bench` prints.

function table(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column].length)));
  const line = (cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ").trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

export function sizeTable(sizes) {
  const digits = (number) => number.toLocaleString("en-US");
  return table(
    ["bytes", "raw", "gzip -9", "brotli 11"],
    sizes.map(({ name, raw, gzip, brotli }) => [name, digits(raw), digits(gzip), digits(brotli)]),
  );
}

export function speedTable({ labels, rows }) {
  const keys = Object.keys(labels);
  const cell = (key, result) => {
    if (result === undefined) return "";
    return key === keys[0] ? `${result.micros.toFixed(2)} µs` : `${result.ratio.toFixed(2)} ±${result.spread.toFixed(2)}`;
  };
  return table(
    ["per message", ...keys.map((key) => labels[key])],
    rows.map(({ name, results }) => [name, ...keys.map((key) => cell(key, results[key]))]),
  );
}

export function noiseLine({ noise, floor }, rounds) {
  const percent = (name, value) => (value === null ? [] : [`${name} up to ${(value * 100).toFixed(0)} %`]);
  const parts = [...percent("medians", noise.median), ...percent("p99", noise.p99)];
  return `${rounds} rounds. Noise (A/A): ${parts.join(", ")}. Floor of the loop: ${floor.toFixed(2)} µs.`;
}

const targetText = ({ atLeast, atMost, exactly }) => {
  if (atLeast !== undefined) return `at least ${atLeast}`;
  return atMost !== undefined ? `at most ${atMost}` : `exactly ${exactly}`;
};

export function queueTable({ rows }) {
  const value = ({ label, value }, { digits, unit }) => `${value.toFixed(digits)} ${unit} (${label})`;
  return table(
    ["offline queue", "base", "measured", "ratio", "target", ""],
    rows.map((row) => [
      row.name,
      value(row.base, row),
      value(row.measured, row),
      `${row.ratio.toFixed(2)} ±${row.spread.toFixed(2)}`,
      ...(row.target ? [targetText(row.target), row.met ? "met" : "MISSED"] : ["", ""]),
    ]),
  );
}

export function queueNoiseLine({ noise, rounds }) {
  const parts = rounds.delivery > 0 ? [`Rounds of delivery: ${rounds.delivery}.`] : [];
  if (noise !== null) parts.push(`Rounds of adding: ${rounds.adding}; noise (A/A): up to ${(noise * 100).toFixed(0)} %.`);
  return parts.join(" ");
}
