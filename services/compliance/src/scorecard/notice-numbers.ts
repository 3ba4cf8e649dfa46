import { environmentFromJSON, environmentToNumber, type Environment } from "@ntd/proto/common/v1/common";
import { outcomeToNumber } from "@ntd/proto/takedown/v1/notice";
import type { NoticeTimes, Standing } from "../timelines/timeline.ts";

/**
 * All that the figures take of one notice and target, as numbers: a million of them are a few arrays. Times are
 * milliseconds since 1970, NaN where there is none; outcome and environment are the contract's numbers (outcome 0: no
 * answer stands), `standing` is a place in STANDINGS, `answered` is when the standing answer was first given.
 *
 * They are kept as columns of the timelines. One that changes its meaning takes another name, under which the store
 * fills it anew.
 */
export const NUMBERS = [
  "issued",
  "reported",
  "acknowledged",
  "answered",
  "lastSeen",
  "gone",
  "standing",
  "outcome",
  "claimedStillPresent",
  "environment",
  "slotsRequired",
] as const;

export type NoticeNumbers = Record<(typeof NUMBERS)[number], number>;

/** Many notices: one array for each of their numbers. */
export type NoticeColumns = { readonly length: number } & { readonly [K in keyof NoticeNumbers]: Float64Array };

/** Kept by their places: a new one goes to the end. */
const STANDINGS: readonly Standing[] = ["open", "gone", "gone before offer", "withdrawn"];

export const standingNumber = (standing: Standing): number => STANDINGS.indexOf(standing);
export const environmentOf = (number: number): Environment => environmentFromJSON(number);

export function numbersOf(times: NoticeTimes): NoticeNumbers {
  return {
    issued: times.issuedTime.getTime(),
    reported: milliseconds(times.reportedTime),
    acknowledged: milliseconds(times.acknowledgedTime),
    answered: milliseconds(times.answer?.time),
    lastSeen: milliseconds(times.lastSeenTime),
    gone: milliseconds(times.goneTime),
    standing: standingNumber(times.standing),
    outcome: times.answer === undefined ? 0 : outcomeToNumber(times.answer.outcome),
    claimedStillPresent: Number(times.claimedStillPresent),
    environment: environmentToNumber(times.environment),
    slotsRequired: times.slotsRequired,
  };
}

export function columnsOf(notices: readonly NoticeNumbers[]): NoticeColumns {
  const columns = NUMBERS.map((name) => [name, Float64Array.from(notices, (notice) => notice[name])]);
  return { length: notices.length, ...(Object.fromEntries(columns) as Omit<NoticeColumns, "length">) };
}

function milliseconds(time: Date | undefined): number {
  return time === undefined ? NaN : time.getTime();
}
