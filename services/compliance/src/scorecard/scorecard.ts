import type { Environment } from "@ntd/proto/common/v1/common";
import { counts, isTimed, POPULATION, shares, times, type Time } from "./figures.ts";
import { environmentOf, type NoticeColumns, type NoticeNumbers } from "./notice-numbers.ts";
import { percentile } from "./percentile.ts";

export type FigureValue = { kind: "count"; count: number } | { kind: "time"; ms: number } | { kind: "not reached" };

/** A figure, what it means, and its value. */
export interface ScoreFigure {
  name: string;
  definition: string;
  value: FigureValue;
}

export interface Scorecard {
  figures: ScoreFigure[];
  environments: Environment[];
  /** Misses in distinct slots before gone is said. Where it was changed within the cohort, the weakest proof. */
  slotsRequired: number;
}

/**
 * Every figure over a cohort, given in parts: each notice and target that was issued in the range. Yields after each
 * part, so that whoever computes it can give others a turn.
 */
export function* scorecard(cohort: readonly NoticeColumns[]): Generator<void, Scorecard> {
  const counted = counts.map(() => 0);
  const taken: Float64Array[][] = times.map(() => []);
  const environments = new Set<number>();
  let slotsRequired = Infinity;
  for (const part of cohort) {
    const notices = noticesOf(part);
    for (const { environment, slotsRequired: k } of notices) {
      environments.add(environment);
      if (k > 0 && k < slotsRequired) slotsRequired = k;
    }
    for (const [i, { when }] of counts.entries()) counted[i] = (counted[i] ?? 0) + count(notices, when);
    const timed = notices.filter(isTimed);
    for (const [i, time] of times.entries()) taken[i]?.push(durations(time, timed));
    yield;
  }
  const figures: ScoreFigure[] = counts.map(({ name, definition }, i) => {
    return { name, definition, value: { kind: "count", count: counted[i] ?? 0 } };
  });
  for (const [i, time] of times.entries()) figures.push(...timeFigures(time, taken[i] ?? []));
  return {
    figures,
    environments: [...environments].map(environmentOf).toSorted(),
    slotsRequired: slotsRequired === Infinity ? 0 : slotsRequired,
  };
}

function timeFigures({ name, definition }: Time, values: readonly Float64Array[]): ScoreFigure[] {
  return shares.map(({ word, share, sentence }) => {
    const ms = percentile(values, share);
    return {
      name: name.replace("{share}", word),
      definition: `${sentence} of ${definition} ${POPULATION}`,
      value: ms === undefined ? { kind: "not reached" } : { kind: "time", ms },
    };
  });
}

function count(notices: readonly NoticeNumbers[], when: (notice: NoticeNumbers) => boolean): number {
  let found = 0;
  for (const notice of notices) if (when(notice)) found++;
  return found;
}

/** How long it took each of them, sorted; Infinity: it has not happened yet. */
function durations({ startsAt, endsAt }: Time, notices: readonly NoticeNumbers[]): Float64Array {
  const values = new Float64Array(notices.length);
  for (const [i, notice] of notices.entries()) {
    const ms = endsAt(notice) - (startsAt === undefined ? notice.issued : startsAt(notice));
    values[i] = Number.isNaN(ms) ? Infinity : Math.max(0, ms);
  }
  return values.sort();
}

function noticesOf(part: NoticeColumns): NoticeNumbers[] {
  const notices: NoticeNumbers[] = [];
  for (let at = 0; at < part.length; at++) notices.push(noticeAt(part, at));
  return notices;
}

function noticeAt(part: NoticeColumns, at: number): NoticeNumbers {
  return {
    issued: part.issued[at] ?? NaN,
    reported: part.reported[at] ?? NaN,
    acknowledged: part.acknowledged[at] ?? NaN,
    answered: part.answered[at] ?? NaN,
    lastSeen: part.lastSeen[at] ?? NaN,
    gone: part.gone[at] ?? NaN,
    standing: part.standing[at] ?? NaN,
    outcome: part.outcome[at] ?? NaN,
    claimedStillPresent: part.claimedStillPresent[at] ?? NaN,
    environment: part.environment[at] ?? NaN,
    slotsRequired: part.slotsRequired[at] ?? NaN,
  };
}
