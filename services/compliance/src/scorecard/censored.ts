/**
 * The product-limit percentile of Kaplan and Meier: the smallest time by which the estimate says that it has happened to
 * `share` of all, where some were watched for a while only. Undefined says "not reached".
 *
 * @param happened how long it took those to whom it happened; whole numbers, sorted
 * @param watched how long the others were watched without it; sorted. One watched until the very moment of an event
 * counts as still watched then.
 */
export function censoredPercentile(happened: Float64Array, watched: Float64Array, share: number): number | undefined {
  let [still, left] = [1, 0];
  for (let at = 0; at < happened.length;) {
    const time = happened[at] ?? Infinity;
    const from = at;
    while (happened[at] === time) at++;
    while ((watched[left] ?? Infinity) < time) left++;
    still *= 1 - (at - from) / (happened.length - from + watched.length - left);
    // The addend undoes rounding, as in `percentile`.
    if (still <= 1 - share + 1e-9) return time;
  }
  return undefined;
}
