import { environmentFromJSON, environmentToNumber, type Environment } from "@ntd/proto/common/v1/common";
import { goneStrengthToNumber } from "@ntd/proto/prober/v1/target";
import { outcomeToNumber } from "@ntd/proto/takedown/v1/notice";
import { packing } from "../cohorts/packed.ts";
import type { Part } from "../cohorts/parts.ts";
import { pausedMs, suspendedSince } from "../timelines/suspended.ts";
import { earlier } from "../timelines/earlier.ts";
import type { NoticeTimes, Standing } from "../timelines/timeline.ts";

/**
 * What is kept of one notice and target for the figures, as columns of the timelines: times in milliseconds since 1970,
 * NaN where there is none, and all that has few values in one number, since what a scorecard reads it pays for by the
 * column. A column that changes its meaning takes another name, under which the store fills it anew.
 */
export const COLUMNS = [
  "issued",
  "reported",
  "decided",
  "acknowledged",
  "answered",
  "lastSeen",
  "gone",
  "watchedUntil",
  "paused",
  "withdrawnAfter",
  "restoredAfter",
  "packed",
] as const;

/** All that figures take of a notice beside its time of issue, by which they are in order. */
export const FIGURE_COLUMNS = COLUMNS.filter((name) => name !== "issued");
export type FigureColumn = (typeof FIGURE_COLUMNS)[number];

/** Many notices. */
export type NoticeColumns = Part<FigureColumn>;

type Time = Exclude<(typeof COLUMNS)[number], "packed">;

/** How many values each may have: what `packed` means. */
const FACTS = {
  page: 2,
  abroad: 2,
  keptBack: 2,
  preservation: 4,
  ending: 16,
  outcome: 16,
  environment: 8,
  strength: 8,
  marks: 8192,
  slotsRequired: 256,
} as const;

type Fact = keyof typeof FACTS;
const facts = packing(FACTS);

/**
 * All that figures take of one notice and target. `acknowledged`, `answered` (when the standing answer was first given)
 * and `lastSeen` are by the provider's clock, which stands still while the notice is suspended and while a hold keeps it
 * back unsent: as many ms after issue as that says. `paused` is how long it stood still until `gone`, of one that is not
 * gone all told; `watchedUntil` until when one that cannot be observed was, or since when one is suspended.
 * `withdrawnAfter` is the time from the decision to its withdrawal, `restoredAfter` from there to the sighting that
 * restored, in ms. `ending` is a place in STANDINGS, `preservation` one in PRESERVATIONS; outcome (0: no answer stands),
 * environment and strength are the contract's numbers; `marks` is a sum of MARKS.
 */
export type NoticeNumbers = Record<Time | Fact, number>;

/** Kept by their places: a new one goes to the end. */
export const STANDINGS: readonly Standing[] = [
  "open",
  "gone",
  "gone before offer",
  "withdrawn",
  "gone by persons",
  "gone when sent",
  "not sent",
];

/** Kept by their places. */
export const PRESERVATIONS = ["not asked", "not answered", "preserved", "cannot preserve"] as const;

/** What is so or not so of a notice, a bit each. */
const MARKS = {
  singleVantage: 1,
  notObservable: 2,
  cloaked: 4,
  restrictedHere: 8,
  claimedStillPresent: 16,
  suspended: 32,
  lapsed: 64,
  offered: 128,
  reversed: 256,
  restoreWithheld: 512,
  cannotRestore: 1024,
  toRestore: 2048,
  restored: 4096,
} as const;

export type Mark = keyof typeof MARKS;
const markNames = Object.keys(MARKS) as Mark[];

export const standingNumber = (standing: Standing): number => STANDINGS.indexOf(standing);
export const environmentOf = (number: number): Environment => environmentFromJSON(number);
export const isMarked = ({ marks }: Pick<NoticeNumbers, "marks">, mark: Mark): boolean => (marks & MARKS[mark]) !== 0;

export function numbersOf(times: NoticeTimes): NoticeNumbers {
  const { issuedTime, suspensions, withdrawnTime } = times;
  const pauses = [...times.kept, ...suspensions];
  const paused = (until: Date | undefined) => (until === undefined ? 0 : pausedMs(pauses, issuedTime, until));
  const onClock = (time: Date | undefined) => milliseconds(time) - paused(time);
  const since = suspendedSince(suspensions);
  const watchedUntil = earlier(times.lastLookTime, times.suspended ? since : undefined);
  return {
    issued: issuedTime.getTime(),
    reported: milliseconds(times.reportedTime),
    decided: milliseconds(times.decidedTime),
    acknowledged: onClock(times.acknowledgedTime),
    answered: onClock(times.answer?.time),
    lastSeen: onClock(times.lastSeenTime),
    gone: milliseconds(times.goneTime),
    watchedUntil: milliseconds(watchedUntil),
    paused: paused(times.goneTime ?? watchedUntil ?? lastEnd(pauses)),
    withdrawnAfter: between(times.decidedTime, withdrawnTime),
    restoredAfter: between(withdrawnTime, times.restoredTime),
    page: times.ofPage ? 1 : 0,
    abroad: times.abroad === undefined ? 0 : 1,
    keptBack: times.keptBack ? 1 : 0,
    preservation: PRESERVATIONS.indexOf(preservationOf(times)),
    ending: standingNumber(times.standing),
    outcome: times.answer === undefined ? 0 : outcomeToNumber(times.answer.outcome),
    environment: environmentToNumber(times.environment),
    strength: goneStrengthToNumber(times.goneStrength),
    marks: markNames.reduce((sum, mark) => sum + (times[mark] ? MARKS[mark] : 0), 0),
    slotsRequired: Math.min(times.slotsRequired, FACTS.slotsRequired - 1),
  };
}

// The one that began last may have ended first.
function lastEnd(pauses: NoticeTimes["kept"]): Date | undefined {
  return pauses.reduce<Date | undefined>(
    (last, { to }) => (last === undefined || (to && to > last) ? to : last),
    undefined,
  );
}

function preservationOf({ asksToPreserve, preservation }: NoticeTimes): (typeof PRESERVATIONS)[number] {
  if (preservation === "PRESERVATION_PRESERVED") return "preserved";
  if (preservation === "PRESERVATION_CANNOT_PRESERVE") return "cannot preserve";
  return asksToPreserve ? "not answered" : "not asked";
}

/** The value of one column. */
export function columnOf(notice: NoticeNumbers, column: FigureColumn): number {
  if (column !== "packed") return notice[column];
  return facts.pack(notice);
}

export function columnsOf(notices: readonly NoticeNumbers[]): NoticeColumns {
  const columns = FIGURE_COLUMNS.map((name) => [name, Float64Array.from(notices, (notice) => columnOf(notice, name))]);
  return {
    length: notices.length,
    at: Float64Array.from(notices, ({ issued }) => issued),
    columns: Object.fromEntries(columns) as NoticeColumns["columns"],
  };
}

/** One of many. */
export function noticeAt({ at: issued, columns: part }: NoticeColumns, at: number): NoticeNumbers {
  const packed = part.packed[at] ?? NaN;
  return {
    issued: issued[at] ?? NaN,
    reported: part.reported[at] ?? NaN,
    decided: part.decided[at] ?? NaN,
    acknowledged: part.acknowledged[at] ?? NaN,
    answered: part.answered[at] ?? NaN,
    lastSeen: part.lastSeen[at] ?? NaN,
    gone: part.gone[at] ?? NaN,
    watchedUntil: part.watchedUntil[at] ?? NaN,
    paused: part.paused[at] ?? NaN,
    withdrawnAfter: part.withdrawnAfter[at] ?? NaN,
    restoredAfter: part.restoredAfter[at] ?? NaN,
    page: facts.factOf(packed, "page"),
    abroad: facts.factOf(packed, "abroad"),
    keptBack: facts.factOf(packed, "keptBack"),
    preservation: facts.factOf(packed, "preservation"),
    ending: facts.factOf(packed, "ending"),
    outcome: facts.factOf(packed, "outcome"),
    environment: facts.factOf(packed, "environment"),
    strength: facts.factOf(packed, "strength"),
    marks: facts.factOf(packed, "marks"),
    slotsRequired: facts.factOf(packed, "slotsRequired"),
  };
}

// The two are told by services whose clocks may be apart.
function between(from: Date | undefined, to: Date | undefined): number {
  return Math.max(0, milliseconds(to) - milliseconds(from));
}

function milliseconds(time: Date | undefined): number {
  return time === undefined ? NaN : time.getTime();
}
