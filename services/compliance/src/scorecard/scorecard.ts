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
 * Every figure over a cohort, given in parts: each notice and target that was issued in the range. Yields every few
 * milliseconds, so that whoever computes it can give others a turn.
 */
export function* scorecard(cohort: readonly NoticeColumns[]): Generator<void, Scorecard> {
  const counted = counts.map(() => 0);
  const taken = times.map(() => new Float64Array(cohort.reduce((sum, { length }) => sum + length, 0)));
  const environments = new Set<number>();
  let [timed, slotsRequired] = [0, Infinity];
  for (const part of cohort) {
    for (let at = 0; at < part.length; at++) {
      const notice = noticeAt(part, at);
      counts.forEach(({ when }, i) => (counted[i] = (counted[i] ?? 0) + Number(when(notice))));
      environments.add(notice.environment);
      if (notice.slotsRequired > 0) slotsRequired = Math.min(slotsRequired, notice.slotsRequired);
      if (isTimed(notice)) {
        for (const [i, values] of taken.entries()) values[timed] = duration(times[i], notice);
        timed++;
      }
      if (at % SLICE === SLICE - 1) yield;
    }
    yield;
  }
  const figures: ScoreFigure[] = counts.map(({ name, definition }, i) => {
    return { name, definition, value: { kind: "count", count: counted[i] ?? 0 } };
  });
  for (const [i, time] of times.entries()) figures.push(...(yield* timeFigures(time, taken[i]?.subarray(0, timed))));
  return {
    figures,
    environments: [...environments].map(environmentOf).toSorted(),
    slotsRequired: slotsRequired === Infinity ? 0 : slotsRequired,
  };
}

const SLICE = 5000;

function* timeFigures({ name, definition }: Time, values = new Float64Array()): Generator<void, ScoreFigure[]> {
  const figures: ScoreFigure[] = [];
  for (const { word, share, sentence } of shares) {
    const ms = yield* percentile(values, share);
    figures.push({
      name: name.replace("{share}", word),
      definition: `${sentence} of ${definition} ${POPULATION}`,
      value: ms === undefined ? { kind: "not reached" } : { kind: "time", ms },
    });
  }
  return figures;
}

function duration(time: Time | undefined, notice: NoticeNumbers): number {
  if (time === undefined) return Infinity;
  const ms = time.endsAt(notice) - (time.startsAt?.(notice) ?? notice.issued);
  return Number.isNaN(ms) ? Infinity : Math.max(0, ms);
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
