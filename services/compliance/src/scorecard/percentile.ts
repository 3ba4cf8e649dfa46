/**
 * The nearest-rank percentile: the smallest value that at least `share` of all values do not exceed, so always one of
 * them. What has not happened yet is Infinity; undefined says "not reached": it falls on one of those, or there is none.
 *
 * @param parts sorted whole numbers from 0 on, or Infinity. They are never joined: the range of values is halved, and
 * counting in a sorted part is a search, so that of a million values it takes a moment too.
 */
export function percentile(parts: readonly Float64Array[], share: number): number | undefined {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  // The subtrahend undoes rounding: 0.9 * 10 may be a hair above 9.
  const rank = Math.max(1, Math.ceil(share * length - 1e-9));
  const countUpTo = (limit: number) => parts.reduce((sum, part) => sum + placeBehind(part, limit), 0);
  let [below, reached] = [-1, Number.MAX_SAFE_INTEGER];
  if (countUpTo(reached) < rank) return undefined;
  while (reached - below > 1) {
    const middle = Math.floor((below + reached) / 2);
    if (countUpTo(middle) >= rank) reached = middle;
    else below = middle;
  }
  return reached;
}

/** How many values of a sorted part are not above `limit`. */
function placeBehind(sorted: Float64Array, limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? Infinity) <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
