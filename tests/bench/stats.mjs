// Medians, spreads and ratios of interleaved samples. `rounds` is one array of samples per round, in the order they ran.

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.ceil(at)] - sorted[low]) * (at - low);
}

export const median = (values) => quantile(values, 0.5);

const halfRange = (values) => (quantile(values, 0.75) - quantile(values, 0.25)) / 2;

/**
 * The ratio to the base is taken round by round, since both ran within milliseconds of each other there: what slows the machine down
 * slows both. `spread` is half the distance between the quartiles of those ratios.
 */
export function compareMedians(rounds, baseRounds) {
  const ratios = rounds.map((samples, round) => median(samples) / median(baseRounds[round]));
  return { value: median(rounds.flat()), ratio: median(ratios), spread: halfRange(ratios) };
}

/** The same for a high quantile, which needs more samples than a round has: the spread is over `blocks` parts of the run. */
export function compareQuantiles(rounds, baseRounds, q, blocks = 5) {
  const ofAll = quantile(rounds.flat(), q);
  const size = Math.ceil(rounds.length / blocks);
  const ratios = [];
  for (let from = 0; from < rounds.length; from += size) {
    const part = (all) => quantile(all.slice(from, from + size).flat(), q);
    ratios.push(part(rounds) / part(baseRounds));
  }
  return { value: ofAll, ratio: ofAll / quantile(baseRounds.flat(), q), spread: halfRange(ratios) };
}

/** "met", "met within the noise" (by no more than the control of the same row is from 1), or "MISSED". */
export function verdict(value, { atLeast = -Infinity, atMost = Infinity, exactly = value }, noise = 0) {
  if (value >= atLeast && value <= atMost && value === exactly) return "met";
  const near = value === exactly && value * (1 + Math.abs(noise)) >= atLeast && value <= atMost * (1 + Math.abs(noise));
  return near ? "met within the noise" : "MISSED";
}
