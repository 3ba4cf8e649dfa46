import type { Environment } from "@ntd/proto/common/v1/common";
import { censoredPercentile } from "./censored.ts";
import { counts as issuedCounts } from "./counts.ts";
import {
  byRequest,
  CENSORED,
  chain,
  providers,
  removedAfter,
  shares,
  watchedFor,
  type Population,
  type Time,
} from "./figures.ts";
import { environmentOf, noticeAt, type NoticeColumns, type NoticeNumbers } from "./notice-numbers.ts";
import { percentile } from "./percentile.ts";
import { preservation } from "./preservation.ts";
import { doubtCounts, rates, reversals, TAKEN_BACK, type Rate } from "./reversals.ts";

export type FigureValue =
  | { kind: "count"; count: number }
  | { kind: "time"; ms: number }
  /** From 0 to 1. */
  | { kind: "share"; share: number }
  | { kind: "not reached" };

/** A figure, what it means, and its value. */
export interface ScoreFigure {
  name: string;
  definition: string;
  /** Figures that belong together. */
  group: string;
  /** Of these alone: a lane, a channel, a country. Absent: of all. */
  of?: string;
  value: FigureValue;
}

export interface Scorecard {
  figures: ScoreFigure[];
  environments: Environment[];
  /** Misses in distinct slots before gone is said. Where it was changed within the cohort, the weakest proof. */
  slotsRequired: number;
}

const populations = [providers, ...byRequest, chain, ...reversals];
const ofAll = [
  { group: "notices", all: issuedCounts },
  { group: "preservation", all: preservation },
  { group: TAKEN_BACK, all: doubtCounts },
];
const counts = [
  ...ofAll.flatMap(({ group, all }) => all.map((count) => ({ ...count, group, of: undefined }))),
  ...populations.flatMap(({ group, ...population }, of) => population.counts.map((count) => ({ ...count, group, of }))),
];
const times = populations.flatMap((population, of) => population.times.map((time) => ({ time, population, of })));

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
    // Another country's hotline is no provider.
    const notices = noticesOf(part).filter(({ abroad }) => abroad === 0);
    for (const { environment, slotsRequired: k } of notices) {
      environments.add(environment);
      if (k > 0 && k < slotsRequired) slotsRequired = k;
    }
    const found = populations.map(({ over }) => notices.filter(over));
    for (const [i, { when, of }] of counts.entries()) {
      counted[i] = (counted[i] ?? 0) + count(of === undefined ? notices : (found[of] ?? []), when);
    }
    for (const [i, { time, of }] of times.entries()) taken[i]?.push(durations(time, found[of] ?? []));
    for (const notice of found[0] ?? []) {
      const after = removedAfter(notice);
      if (Number.isNaN(after)) watched.push(watchedFor(notice, asOf));
      else removed.push(after);
    }
    yield;
  }
  const figures: ScoreFigure[] = counts.map(({ name, definition, group }, i) => {
    return { name, definition, group, value: { kind: "count", count: counted[i] ?? 0 } };
  });
  figures.push(...rates.map((rate) => rateFigure(rate, counted)));
  for (const [i, { time, population }] of times.entries()) {
    figures.push(...timeFigures(time, population, taken[i] ?? []));
  }
  const [happened, others] = [Float64Array.from(removed).sort(), Float64Array.from(watched).sort()];
  yield;
  const { group } = providers;
  figures.push(
    ...shares.map((share) => figureOf(CENSORED, group, share, censoredPercentile(happened, others, share.share))),
  );
  return {
    figures,
    environments: [...environments].map(environmentOf).toSorted(),
    slotsRequired: slotsRequired === Infinity ? 0 : slotsRequired,
  };
}

function rateFigure({ name, definition, of, among }: Rate, counted: readonly number[]): ScoreFigure {
  const countOf = (one: string) => counted[counts.findIndex((count) => count.name === one)] ?? 0;
  const all = countOf(among);
  const value: FigureValue = all === 0 ? { kind: "not reached" } : { kind: "share", share: countOf(of) / all };
  return { name, definition, group: TAKEN_BACK, value };
}

function timeFigures({ name, definition }: Time, over: Population, values: readonly Float64Array[]): ScoreFigure[] {
  const time = { name, definition: `${definition} ${over.definition}` };
  return shares.map((share) => figureOf(time, over.group, share, percentile(values, share.share)));
}

function figureOf(
  { name, definition }: Pick<Time, "name" | "definition">,
  group: string,
  { word, sentence }: (typeof shares)[number],
  ms: number | undefined,
): ScoreFigure {
  return {
    name: name.replace("{share}", word),
    definition: `${sentence} of ${definition}`,
    group,
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
  const values = new Float64Array(notices.length).fill(Infinity);
  let happened = 0;
  for (const notice of notices) {
    const ms = endsAt(notice) - (startsAt === undefined ? notice.issued : startsAt(notice));
    if (!Number.isNaN(ms)) values[happened++] = Math.max(0, ms);
  }
  // What has not happened stands behind all that has.
  values.subarray(0, happened).sort();
  return values;
}

function noticesOf(part: NoticeColumns): NoticeNumbers[] {
  const notices: NoticeNumbers[] = [];
  for (let at = 0; at < part.length; at++) notices.push(noticeAt(part, at));
  return notices;
}
