// Numbers from a seed, so that a case can be made again.

/** mulberry32. */
export class Random {
  #state;

  constructor(...seeds) {
    this.#state = seeds.reduce((state, seed) => Math.imul(state ^ seed, 0x9e3779b1) + 0x85ebca6b, 0);
    for (let round = 0; round < 4; round += 1) this.below(2);
  }

  below(end) {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /** True in `percent` of 100 cases. */
  chance(percent) {
    return this.below(100) < percent;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** A list of up to `most` things that `make` makes. */
  list(most, make) {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}
