/** Facts with few values each in one number: a column that is read by the million costs as one. */
export interface Packing<F extends string> {
  pack(facts: Readonly<Record<F, number>>): number;
  /** One fact of many; of NaN, what was written before there was any, 0. */
  factOf(packed: number, name: F): number;
}

/**
 * @param sizes how many values each may have; a value beyond is kept as the highest. All together at most 2^53. A new
 * one goes to the front: it is 0 in what is stored.
 */
export function packing<const F extends string>(sizes: Readonly<Record<F, number>>): Packing<F> {
  const names = Object.keys(sizes) as F[];
  const behind = Object.fromEntries(
    names.map((name, place) => [name, names.slice(place + 1).reduce((size, other) => size * sizes[other], 1)]),
  ) as Record<F, number>;
  return {
    pack: (facts) => names.reduce((sum, name) => sum * sizes[name] + Math.min(facts[name], sizes[name] - 1), 0),
    factOf: (packed, name) => (Number.isNaN(packed) ? 0 : Math.floor(packed / behind[name]) % sizes[name]),
  };
}
