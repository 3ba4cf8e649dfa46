/** Releases that may follow each other closely; beyond them each waits for its turn, and takes what has come by then. */
const CLOSE = 10;
/** Between two of them: a burst is few releases. */
const LEAST_MS = 1000;

/**
 * Milliseconds until the list may grow again; 0: now. A set keeps its last hundred steps, by which who reads it (matching,
 * partners) hears what changed alone: a day of many decisions does not push them out within minutes.
 *
 * @param grown when it did, the oldest first.
 * @param turnMs how long one more release takes to be allowed.
 */
export function pauseBefore(grown: readonly Date[], now: Date, turnMs: number): number {
  // What a clock has said that was put back since is not heard.
  const times = grown.map((time) => time.getTime()).filter((time) => time <= now.getTime());
  const last = times.at(-1) ?? -Infinity;
  const paid = times.reduce((until, time) => Math.max(until, time) + turnMs, -Infinity);
  const due = Math.max(last + LEAST_MS, paid - (CLOSE - 1) * turnMs);
  return Math.max(0, due - now.getTime());
}
