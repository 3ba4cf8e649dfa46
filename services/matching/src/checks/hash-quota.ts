import type { HashRates } from "./check-rates.ts";

/** How many hashes may be checked at once, as of a moment: a minute's worth at most. */
export interface HashPace {
  free: number;
  time: Date;
}

export type Over = { over: "per_minute" | "per_day" | "at_once"; limit: number; waitMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Takes the hashes of a call out of a quota, all of them or none.
 *
 * @param usedToday how many were checked since midnight (UTC).
 * @returns the pace as it then is; or what the call is over, and how long to wait until it would not be.
 */
export function takeHashes(
  before: HashPace | undefined,
  usedToday: number,
  count: number,
  { perMinute, perDay }: Pick<HashRates, "perMinute" | "perDay">,
  now: Date,
): HashPace | Over {
  const nowMs = now.getTime();
  // A clock that went back gives nothing.
  const passedMs = before === undefined ? MINUTE_MS : Math.max(0, nowMs - before.time.getTime());
  const free = Math.min(perMinute, (before?.free ?? 0) + (passedMs * perMinute) / MINUTE_MS);
  if (count > perMinute) return { over: "at_once", limit: perMinute, waitMs: 0 };
  if (usedToday + count > perDay) return { over: "per_day", limit: perDay, waitMs: DAY_MS - (nowMs % DAY_MS) };
  const missing = count - free;
  if (missing > 1e-6)
    return { over: "per_minute", limit: perMinute, waitMs: Math.ceil((missing * MINUTE_MS) / perMinute) };
  return { free: free - count, time: now };
}

/** The pace when other processes let in some hashes meanwhile: a minute's worth is short at most. */
export function takenElsewhere(pace: HashPace, count: number, { perMinute }: Pick<HashRates, "perMinute">): HashPace {
  return { ...pace, free: Math.max(-perMinute, pace.free - count) };
}

/** The day of a moment, in UTC: "2030-01-31". */
export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}
