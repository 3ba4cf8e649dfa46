/**
 * The nearest-rank percentile: the smallest value that at least `share` of all values do not exceed, so always one of
 * them. What has not happened yet is Infinity; undefined says "not reached": it falls on one of those, or there is none.
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  // The subtrahend undoes rounding: 0.9 * 10 may be a hair above 9.
  const rank = Math.max(1, Math.ceil(share * sorted.length - 1e-9));
  const value = sorted[rank - 1];
  return value === undefined || value === Infinity ? undefined : value;
}
