import type { Environment } from "@ntd/proto/common/v1/common";
import { censoredPercentile } from "./censored.ts";
import {
  CENSORED,
  counts,
  isTimed,
  POPULATION,
  removedAfter,
  shares,
  times,
  watchedFor,
  type Time,
} from "./figures.ts";
import { environmentOf, noticeAt, type NoticeColumns, type NoticeNumbers } from "./notice-numbers.ts";
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
 * Every figure over a cohort as of `asOf` (in ms), given in parts: each notice and target that was issued in the range.
 * Yields after each part, so that whoever computes it can give others a turn.
 */
export function* scorecard(cohort: readonly NoticeColumns[], asOf: number): Generator<void, Scorecard> {
  const counted = counts.map(() => 0);
  const taken: Float64Array[][] = times.map(() => []);
  const removed: number[] = [];
  const watched: number[] = [];
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
    for (const notice of timed) {
      const after = removedAfter(notice);
      if (Number.isNaN(after)) watched.push(watchedFor(notice, asOf));
      else removed.push(after);
    }
    yield;
  }
  const figures: ScoreFigure[] = counts.map(({ name, definition }, i) => {
    return { name, definition, value: { kind: "count", count: counted[i] ?? 0 } };
  });
  for (const [i, time] of times.entries()) figures.push(...timeFigures(time, taken[i] ?? []));
  const [happened, others] = [Float64Array.from(removed).sort(), Float64Array.from(watched).sort()];
  yield;
  figures.push(...shares.map((share) => figureOf(CENSORED, share, censoredPercentile(happened, others, share.share))));
  return {
    figures,
    environments: [...environments].map(environmentOf).toSorted(),
    slotsRequired: slotsRequired === Infinity ? 0 : slotsRequired,
  };
}

function timeFigures({ name, definition }: Time, values: readonly Float64Array[]): ScoreFigure[] {
  const time = { name, definition: `${definition} ${POPULATION}` };
  return shares.map((share) => figureOf(time, share, percentile(values, share.share)));
}

function figureOf(
  { name, definition }: Pick<Time, "name" | "definition">,
  { word, sentence }: (typeof shares)[number],
  ms: number | undefined,
): ScoreFigure {
  return {
    name: name.replace("{share}", word),
    definition: `${sentence} of ${definition}`,
    value: ms === undefined ? { kind: "not reached" } : { kind: "time", ms },
  };
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
