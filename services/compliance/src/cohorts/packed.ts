/** Facts with few values each in one number: a column that is read by the million costs as one. */
export interface Packing<F extends string> {
  pack(facts: Readonly<Record<F, number>>): number;
  /** Of NaN, what was written before there was one: all 0. */
  unpack(packed: number): Record<F, number>;
}

/**
 * @param sizes how many values each may have; a value beyond is kept as the highest. All together at most 2^53. A new
 * one goes to the front: it is 0 in what is stored.
 */
export function packing<const F extends string>(sizes: Readonly<Record<F, number>>): Packing<F> {
  const names = Object.keys(sizes) as F[];
  return {
    pack: (facts) => names.reduce((sum, name) => sum * sizes[name] + Math.min(facts[name], sizes[name] - 1), 0),
    unpack(packed) {
      let rest = Number.isNaN(packed) ? 0 : packed;
      const found = {} as Record<F, number>;
      for (const name of names.toReversed()) {
        found[name] = rest % sizes[name];
        rest = Math.floor(rest / sizes[name]);
      }
      return found;
    },
  };
}
