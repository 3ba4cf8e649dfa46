/** A token bucket: what is left of a rate, and when that was. Below zero it is what waits for its turn. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** How many may come in a second, and how many at once after a rest. */
export interface Rate {
  callsPerSecond: number;
  burst: number;
}

/** A bucket that nobody has taken from. */
export function fullBucket({ burst }: Rate, atMs: number): Bucket {
  return { tokens: burst, atMs };
}

/** What is in the bucket now. A clock that went back fills nothing. */
export function filled(bucket: Bucket, { callsPerSecond, burst }: Rate, nowMs: number): Bucket {
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  return { tokens: Math.min(burst, bucket.tokens + (passedMs * callsPerSecond) / 1000), atMs: nowMs };
}

/**
 * Takes one token, or a place among those that wait for theirs.
 *
 * @param mostMs who would wait for longer is told so and takes nothing.
 * @returns the bucket as it then is; how long to wait for one's turn (0: none), and whether that is too long.
 */
export function take(
  bucket: Bucket,
  rate: Rate,
  nowMs: number,
  mostMs: number,
): { bucket: Bucket; waitMs: number; isOver: boolean } {
  const now = filled(bucket, rate, nowMs);
  const waitMs = now.tokens >= 1 ? 0 : Math.ceil(((1 - now.tokens) * 1000) / rate.callsPerSecond);
  if (waitMs > mostMs) return { bucket: now, waitMs, isOver: true };
  return { bucket: { ...now, tokens: now.tokens - 1 }, waitMs, isOver: false };
}
