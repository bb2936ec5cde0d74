// The ordeal's figures and violations, for people.

const SHOWN = 10;

export function report({ figures, violations }) {
  const { byUser, byKind } = figures;
  const users = Object.entries(byUser).map(([user, count]) => `${user} ${count}`);
  const width = Math.max(...Object.keys(byKind).map((kind) => kind.length), 0);
  const server = `the server ${figures.helper ? "ignores ids that it has seen" : "stores whatever comes"}`;
  const lines = [
    `seed ${figures.seed}, ${figures.tabs} tabs, ${server}, ${figures.seconds.toFixed(1)} s`,
    `messages      ${figures.messages} (${users.join(", ")})`,
    `  promised ${figures.promised}, refused ${figures.refused}, arrived though a crash cut off their note ${figures.unnoted}`,
    `repetitions   ${figures.repetitions}`,
    `longest drain ${figures.longestDrain} ms, of ${figures.drains}`,
    `faults        ${figures.faults}`,
    ...Object.entries(byKind).map(([kind, count]) => `  ${kind.padEnd(width)}  ${count}`),
  ];
  if (violations.length === 0) return [...lines, "no violation"].join("\n");
  const rules = new Map();
  for (const { rule } of violations) rules.set(rule, (rules.get(rule) ?? 0) + 1);
  return [
    ...lines,
    `${violations.length} violations: ${[...rules].map(([rule, count]) => `${rule} ${count}`).join(", ")}; with --seed ${figures.seed}`,
    ...violations.slice(0, SHOWN).map(({ rule, text }) => `  ${rule}: ${text}`),
    ...(violations.length > SHOWN ? ["  …"] : []),
  ].join("\n");
}
