/** The hashes that are compared by distance. */
export type PerceptualAlgorithm = "pdq" | "blockhash";

/**
 * How likely two unrelated pictures lie within a distance (bits of 256) of each other by accident, for one comparison
 * of two hashes that passed the floors of this library (a set with lower floors does worse): an upper bound, never 0,
 * growing with the distance. Beyond what was measured (PDQ 48, blockhash 31) it is 1: nothing is known there.
 *
 * PDQ: crops, of all sizes and in all eight forms, of 93 photographs and drawings, each against all crops of the others.
 * Blockhash: generated photograph-like pictures, many of them dim, out of focus or filled by few things, and crops of
 * them (`npm run bench:robustness`). It comes out above the same measurement of photographs and drawings, which the
 * floor of PDQ had rid of dim pictures (3.4e-8 within 12); drawings with flat parts do worse (8e-6 within 12).
 * Crops of one source depend on each other, so the bound holds for such collections, not for every one.
 */
export function falseMatchRate(algorithm: PerceptualAlgorithm, distance: number): number {
  const { pairs, steps } = MEASURED[algorithm];
  const step = steps.find(({ within }) => distance <= within);
  return step === undefined ? 1 : rateAtMost(step.seen, pairs);
}

/**
 * How many unrelated pictures a search is expected to find within a distance: at most the rate times the comparisons,
 * which are the entries searched times the forms of the query looked up. Above 1 a hit alone says little.
 */
export function expectedFalseMatches(algorithm: PerceptualAlgorithm, distance: number, comparisons: number): number {
  return falseMatchRate(algorithm, distance) * comparisons;
}

/**
 * The rate that is not exceeded with 95 % confidence after `seen` events in so many trials: the rule of three where
 * none was seen, else the Poisson bound (Wilson and Hilferty's formula, good to 1 %).
 */
export function rateAtMost(seen: number, trials: number): number {
  const k = seen + 1;
  const events = seen === 0 ? 3 : k * (1 - 1 / (9 * k) + 1.645 / (3 * Math.sqrt(k))) ** 3;
  return Math.min(1, events / trials);
}

type Measured = {
  /** Unrelated pairs compared. */
  readonly pairs: number;
  /** How many of them lay within a distance; what lies between two steps counts as the farther one. */
  readonly steps: readonly { readonly within: number; readonly seen: number }[];
};

const MEASURED: Readonly<Record<PerceptualAlgorithm, Measured>> = {
  pdq: {
    pairs: 7.9e8,
    steps: [
      { within: 31, seen: 0 },
      { within: 48, seen: 7 },
    ],
  },
  blockhash: {
    pairs: 6.24e7,
    steps: [
      { within: 12, seen: 1 },
      { within: 16, seen: 16 },
      { within: 20, seen: 79 },
      { within: 24, seen: 300 },
      { within: 31, seen: 1730 },
    ],
  },
};
