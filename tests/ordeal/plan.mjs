// What will happen, made from a seed: which messages are sent in which tab, and which faults happen meanwhile.

/** Numbers from 0 up to 1, the same for the same seed: mulberry32. */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Dice {
  #next;

  constructor(seed) {
    this.#next = numbers(seed);
  }

  below(count) {
    return Math.floor(this.#next() * count);
  }

  chance(probability) {
    return this.#next() < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  shuffle(list) {
    const shuffled = [...list];
    for (let at = shuffled.length - 1; at > 0; at -= 1) {
      const other = this.below(at + 1);
      [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
    }
    return shuffled;
  }
}

const BURST = 6;
const LONG_BURST = 30;
const LARGE = 12_000;

/**
 * Steps, in each of which `before` is sent, the fault happens, `during` is sent and the `inner` step, if any, is gone through while it lasts,
 * and then it ends. `calm`: everything is waited for afterwards. A burst is messages that one tab sends in one go.
 * `faults`: by name, {takes, needs, site}: see faults.mjs. `kinds`: the names to choose from.
 */
export function plan({ seed, messages, faultCount, kinds, faults, tabs, conversations }) {
  const dice = new Dice(seed);
  let bag = [];
  const steps = [];
  let left = faultCount;
  const draw = (fits = () => true) => {
    if (bag.length === 0) bag = dice.shuffle(kinds);
    const at = bag.findIndex(fits);
    if (at < 0 || left === 0) return undefined;
    left -= 1;
    return bag.splice(at, 1)[0];
  };
  const step = (kind) => ({
    kind,
    tab: dice.below(tabs),
    back: dice.chance(0.6),
    hole: dice.chance(0.5),
    abruptly: dice.chance(0.5),
    milliseconds: 10 + dice.below(90),
    calm: dice.chance(0.4),
    before: [],
    during: [],
    inner: undefined,
  });
  while (left > 0) {
    const outer = step(draw());
    const { takes, site, area } = faults[outer.kind];
    const fits = (kind) => faults[kind].area !== area && !(takes && faults[kind].needs) && !(site && faults[kind].site);
    const inner = dice.chance(0.4) ? draw(fits) : undefined;
    if (inner) outer.inner = step(inner);
    steps.push(outer);
  }
  const places = steps.flatMap((each) => [each.before, each.during, ...(each.inner ? [each.inner.during] : [])]);
  for (let number = 0; number < messages; ) {
    const size = Math.min(1 + dice.below(dice.chance(0.1) ? LONG_BURST : BURST), messages - number);
    const burst = { tab: dice.below(tabs), messages: [] };
    for (let index = 0; index < size; index += 1, number += 1) {
      burst.messages.push({
        conversationId: `conversation-${dice.below(conversations)}`,
        content: dice.chance(0.03) ? "long ".repeat(LARGE / 5) : `message ${dice.below(1e9)}`,
      });
    }
    dice.pick(places).push(burst);
  }
  return steps;
}
