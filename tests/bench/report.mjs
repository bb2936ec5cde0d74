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

const targetText = ({ atLeast, atMost, exactly }) => {
  if (atLeast !== undefined) return `at least ${atLeast}`;
  return atMost !== undefined ? `at most ${atMost}` : `exactly ${exactly}`;
};

/** `title` says what over; the first column is the base's own values. */
export function speedTable(title, { labels, rows }) {
  const keys = Object.keys(labels);
  const cell = (key, result, unit) => {
    if (result === undefined) return "";
    return key === keys[0] ? `${result.value.toFixed(2)} ${unit}` : `${result.ratio.toFixed(2)} ±${result.spread.toFixed(2)}`;
  };
  return table(
    [title, ...keys.map((key) => labels[key]), "target", ""],
    rows.map(({ name, unit, results, target, verdict }) => [
      name,
      ...keys.map((key) => cell(key, results[key], unit)),
      ...(target ? [targetText(target), verdict] : ["", ""]),
    ]),
  );
}

export function coldTables({ labels, rows }) {
  const times = speedTable("script start to first event", { labels, rows });
  const verdicts = rows.flatMap(({ name, verdicts }) =>
    verdicts.map(({ key, to, ratio, spread, target, verdict }) => [
      name,
      `${labels[key]} : ${labels[to]}`,
      `${ratio.toFixed(2)} ±${spread.toFixed(2)}`,
      targetText(target),
      verdict,
    ]),
  );
  return `${times}\n\n${table(["cold page", "", "ratio", "target", ""], verdicts)}`;
}

export function noiseLine({ noise, floor }, rounds) {
  const loop = floor === undefined ? "" : ` Floor of the loop: ${floor.toFixed(2)} µs.`;
  const percent = (name, value) => (value === null ? [] : [`${name} up to ${(value * 100).toFixed(0)} %`]);
  const parts = [...percent("medians", noise.median), ...percent("p99", noise.p99)];
  return `${rounds} rounds. Noise (A/A): ${parts.join(", ")}.${loop}`;
}

export function queueTable({ rows }) {
  const value = ({ label, value }, { digits, unit }) => `${value.toFixed(digits)} ${unit} (${label})`;
  return table(
    ["offline queue", "base", "measured", "ratio", "target", ""],
    rows.map((row) => [
      row.name,
      value(row.base, row),
      value(row.measured, row),
      `${row.ratio.toFixed(2)} ±${row.spread.toFixed(2)}`,
      ...(row.target ? [targetText(row.target), row.verdict] : ["", ""]),
    ]),
  );
}

export function queueNoiseLine({ noise, rounds }) {
  const parts = rounds.delivery > 0 ? [`Rounds of delivery: ${rounds.delivery}.`] : [];
  if (noise !== null) parts.push(`Rounds of adding: ${rounds.adding}; noise (A/A): up to ${(noise * 100).toFixed(0)} %.`);
  return parts.join(" ");
}

/** Readings after the warm-up, and after so much work once, twice and three times. */
export function memoryTable({ labels, rows }) {
  const steps = (readings, show) => readings.map(show).join(" → ");
  const growth = ({ pages, heap, listeners }, unit) => {
    const parts = [];
    if (pages > 0) parts.push(`${pages} page${pages === 1 ? "" : "s"}`);
    if (heap > 0) parts.push(`${heap.toFixed(1)} bytes a ${unit}`);
    if (listeners > 0) parts.push(`${listeners} listeners`);
    return parts.join(", ") || "none";
  };
  return table(
    ["memory, time after time", "", "WebAssembly pages", "JavaScript, KB", "listeners", "growth", "target: none"],
    rows.map(({ name, unit, key, readings, growth: grown, verdict }) => [
      name,
      labels[key],
      steps(readings, ({ pages }) => pages),
      steps(readings, ({ heap }) => (heap / 1000).toFixed(0)),
      steps(readings, ({ listeners }) => listeners),
      growth(grown, unit),
      verdict ?? "",
    ]),
  );
}
