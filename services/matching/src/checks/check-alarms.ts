import type { CheckAlarm } from "@ntd/proto/matching/v1/check_service";
import type { HashRates } from "./check-rates.ts";

/** What is seen of one platform. */
export interface Seen {
  /** Calls over a quota within the hour, of this process. */
  refusedCalls: number;
  /** Hashes of the day. */
  usedToday: number;
  /** Of these about so many different ones, and so many that are known. */
  differentToday: number;
  knownToday: number;
  /** About so many different ones that are known, of the last 30 days. */
  knownLately: number;
  /** Around one hash, of this process: of any within the hour, of one that is known within the day. */
  neighbours: number;
  neighboursOfKnown: number;
}

/** What an operator let go on, and does not stop again. */
export interface LetGo {
  /** It was let go on today. */
  isToday: boolean;
  /** So many different ones that are known. */
  known: number;
}

/** A client that runs into its quota now and then is no alarm. */
const REFUSED_CALLS = 10;
const SHARE_OF_DAY = 0.8;
/** Fewer that are known say nothing of a share. */
const FEWEST_KNOWN = 200;

/** What of it looks like somebody who wants the list itself. */
export function alarmsOf(seen: Seen, rates: HashRates): CheckAlarm[] {
  const { refusedCalls, usedToday, knownLately, neighbours, neighboursOfKnown } = seen;
  const isBusy = refusedCalls >= REFUSED_CALLS || usedToday >= rates.perDay * SHARE_OF_DAY;
  const isFelt = Math.max(neighbours, neighboursOfKnown) >= rates.alarmNeighbours;
  return [
    ...(isBusy ? (["CHECK_ALARM_RATE"] as const) : []),
    ...(isKnownTooOften(seen, rates) ? (["CHECK_ALARM_KNOWN_SHARE"] as const) : []),
    ...(isFelt ? (["CHECK_ALARM_NEIGHBOURS"] as const) : []),
    ...(knownLately >= rates.alarmKnown ? (["CHECK_ALARM_KNOWN_COUNT"] as const) : []),
  ];
}

/** Why it is answered nothing more until an operator lets it go on; undefined while it is answered. */
export function holdOf(seen: Seen, rates: HashRates, letGo: LetGo): CheckAlarm | undefined {
  const isOver = (count: number, most: number) => most > 0 && count >= most;
  if (isOver(seen.neighboursOfKnown, rates.holdNeighbours)) return "CHECK_ALARM_NEIGHBOURS";
  // What is over 30 days old is not in the count any more.
  if (isOver(seen.knownLately - Math.min(letGo.known, seen.knownLately), rates.holdKnown))
    return "CHECK_ALARM_KNOWN_COUNT";
  const isOfList = !letGo.isToday && isKnownTooOften(seen, rates) && isOver(seen.knownToday, rates.holdKnownShare);
  return isOfList ? "CHECK_ALARM_KNOWN_SHARE" : undefined;
}

function isKnownTooOften({ knownToday, differentToday }: Seen, { alarmKnownPercent }: HashRates): boolean {
  return knownToday >= FEWEST_KNOWN && knownToday * 100 >= differentToday * alarmKnownPercent;
}
