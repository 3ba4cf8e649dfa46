import type { CheckAlarm } from "@ntd/proto/matching/v1/check_service";

/** What one identity asked on one day. */
export interface CheckUse extends Counts {
  schemaVersion: 1;
  person: string;
  /** Its first moment, in UTC. */
  day: Date;
  /** About how many different hashes, and how many that are known, as `Distinct` counts them; absent in older ones. */
  differentAsked?: Uint8Array;
  differentKnown?: Uint8Array;
}

/** How much was asked, and what alarms it raised. */
export interface Counts {
  calls: number;
  hashes: number;
  known: number;
  notJudged: number;
  refusedCalls: number;
  alarms: Raised[];
}

interface Raised {
  alarm: CheckAlarm;
  first: Date;
  last: Date;
}

export const nothing: Counts = { calls: 0, hashes: 0, known: 0, notJudged: 0, refusedCalls: 0, alarms: [] };

export function together(some: Counts, more: Counts): Counts {
  return {
    calls: some.calls + more.calls,
    hashes: some.hashes + more.hashes,
    known: some.known + more.known,
    notJudged: some.notJudged + more.notJudged,
    refusedCalls: some.refusedCalls + more.refusedCalls,
    alarms: more.alarms.reduce(withAlarm, some.alarms),
  };
}

/** Of each alarm when it was raised first, and last. */
export function withAlarm(alarms: Raised[], { alarm, first, last }: Raised): Raised[] {
  const before = alarms.find((one) => one.alarm === alarm);
  const others = alarms.filter((one) => one !== before);
  if (before === undefined) return [...others, { alarm, first, last }];
  const earliest = before.first < first ? before.first : first;
  return [...others, { alarm, first: earliest, last: before.last > last ? before.last : last }];
}

export function useIdOf(person: string, day: string): string {
  return `${day} ${person}`;
}
