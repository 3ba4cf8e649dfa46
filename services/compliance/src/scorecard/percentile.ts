/**
 * The nearest-rank percentile: the smallest value that at least `share` of all values do not exceed, so always one of
 * them. What has not happened yet is Infinity; undefined says "not reached": it falls on one of those, or there is none.
 * Found by halving and counting, without sorting or copying; yields after each count.
 *
 * @param values whole numbers from 0 on, or Infinity.
 */
export function* percentile(values: Float64Array, share: number): Generator<void, number | undefined> {
  // The subtrahend undoes rounding: 0.9 * 10 may be a hair above 9.
  const rank = Math.max(1, Math.ceil(share * values.length - 1e-9));
  let [below, reached] = [-1, largest(values)];
  if (countUpTo(values, reached) < rank) return undefined;
  while (reached - below > 1) {
    yield;
    const middle = Math.floor((below + reached) / 2);
    if (countUpTo(values, middle) >= rank) reached = middle;
    else below = middle;
  }
  return reached;
}

function countUpTo(values: Float64Array, limit: number): number {
  let count = 0;
  for (const value of values) if (value <= limit) count++;
  return count;
}

function largest(values: Float64Array): number {
  let most = -1;
  for (const value of values) if (value > most && value !== Infinity) most = value;
  return most;
}
