import type { CheckAlarm } from "@ntd/proto/matching/v1/check_service";
import type { HashRates } from "./check-rates.ts";

/** What one platform asked within an hour of this process. */
export interface CheckWindow {
  began: Date;
  hashes: number;
  known: number;
  refusedCalls: number;
}

const WINDOW_MS = 3_600_000;
/** A client that runs into its quota now and then is no alarm. */
const REFUSED_CALLS = 10;
const SHARE_OF_DAY = 0.8;
/** Fewer that are known say nothing of a share. */
const FEWEST_KNOWN = 200;

/** The window that holds at a moment: the one before, or a new one. */
export function windowAt(before: CheckWindow | undefined, now: Date): CheckWindow {
  const ageMs = before === undefined ? WINDOW_MS : now.getTime() - before.began.getTime();
  if (before !== undefined && ageMs >= 0 && ageMs < WINDOW_MS) return before;
  return { began: now, hashes: 0, known: 0, refusedCalls: 0 };
}

/** What of it looks like somebody who wants the list itself. It stops nobody: an operator asks them. */
export function alarmsOf(
  { hashes, known, refusedCalls }: CheckWindow,
  { usedToday, neighbours }: { usedToday: number; neighbours: number },
  { perDay, alarmKnownPercent, alarmNeighbours }: HashRates,
): CheckAlarm[] {
  const isKnownTooOften = known >= FEWEST_KNOWN && known * 100 >= hashes * alarmKnownPercent;
  return [
    ...(refusedCalls >= REFUSED_CALLS || usedToday >= perDay * SHARE_OF_DAY ? (["CHECK_ALARM_RATE"] as const) : []),
    ...(isKnownTooOften ? (["CHECK_ALARM_KNOWN_SHARE"] as const) : []),
    ...(neighbours >= alarmNeighbours ? (["CHECK_ALARM_NEIGHBOURS"] as const) : []),
  ];
}
