/** Of files that are told alike one in so many is ours at most, … */
const ONE_IN = 100;
/** … and in a list of more than this, where a hundred are few, one for each hundredth by which it grows. */
const STEADY = 10_000;
const GROWTH = 1.01;
/** A list that is small now may have been of so many files. */
const FEWEST_SOUGHT = 2000;
/** A small list has these two before, the second at latest when it would have its first by the hundred. */
const FEW = [10, 50, 100] as const;

/**
 * How many watermarks come with so many files. Each comes with a file between its own step and the next, of which the key
 * tells: else what a list grows by at a step would be known to have one.
 *
 * @param chanceOf 0 to 1, of the n-th.
 */
export function grownMarks(files: number, chanceOf: (nth: number) => number): number {
  const steps = stepsUpTo(files);
  if (steps === 0) return 0;
  const last = steps - 1;
  return files >= between(stepAt(last), stepAt(steps), chanceOf(last)) ? steps : last;
}

/** Those that a list has before, where it is mostly of such files. */
export function fewMarks(files: number, chanceOf: (nth: number) => number): number {
  return [0, 1].filter((nth) => files >= between(FEW[nth] ?? 0, FEW[nth + 1] ?? 0, chanceOf(nth))).length;
}

/** So many at most a list of so many files has, or had while it was twice as long. */
export function mostMarks(files: number): number {
  return stepsUpTo(Math.max(FEWEST_SOUGHT, files * 2));
}

function stepAt(nth: number): number {
  const files = ONE_IN * (nth + 1);
  return files <= STEADY ? files : STEADY * GROWTH ** (nth + 1 - STEADY / ONE_IN);
}

function stepsUpTo(files: number): number {
  if (files <= STEADY) return Math.floor(files / ONE_IN);
  return STEADY / ONE_IN + Math.floor(Math.log(files / STEADY) / Math.log(GROWTH));
}

function between(from: number, to: number, chance: number): number {
  return from + (to - from) * chance;
}
