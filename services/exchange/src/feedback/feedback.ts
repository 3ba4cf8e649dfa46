import type { AnsweredRequest } from "@ntd/rpc";
import { isDue, pauseMs, type Failed } from "../connectors/fault.ts";
import type { Answered } from "./answered.ts";

export type Opinion = "AGREE" | "DISAGREE";
export type Standing = "WAITING" | "SENT" | "REFUSED" | "FAILED";

/** By which an exchange lets others disagree, as it names it. */
export interface Reason {
  id: string;
  name: string;
}

/** An entry of a member of the exchange: feedback is on entries. */
export interface EntryOfMember {
  member: string;
  id: string;
}

export interface Target extends EntryOfMember {
  standing: Standing;
  /** Counted before each try, so that one that ended the process counts. */
  tries: number;
  /** How often the exchange stumbled over it. */
  stumbles?: number;
  ended?: Date;
  /** What the exchange answered at last. */
  status?: number;
}

/** What a person said of a hash to an exchange, with each entry that it is said of: one document a connector and hash. */
export interface FeedbackState {
  schemaVersion: 1;
  connectorId: string;
  /** "md5:…" */
  hash: string;
  opinion: Opinion;
  reasons: readonly Reason[];
  givenBy: string;
  given: Date;
  /** Counts what was said of this hash: an answer to what was said before is none to this. */
  word: number;
  targets: readonly Target[];
  dueAt: Date;
  /** Why it has not left yet, or never did. */
  why: string;
  requests?: readonly AnsweredRequest<null>[];
}

export type Word = Pick<FeedbackState, "connectorId" | "hash" | "opinion" | "reasons" | "givenBy">;

/** Who has not taken it by then will not. */
const PATIENCE_MS = 14 * 24 * 3_600_000;
/** An entry that the exchange stumbles over so often is given up. */
const MOST_STUMBLES = 10;

/** The newest word on a hash. Said once more it goes to those entries alone that have not taken it. */
export function said(
  before: FeedbackState | undefined,
  word: Word,
  entries: readonly EntryOfMember[],
  now: Date,
): FeedbackState {
  const taken = before !== undefined && isSame(before, word) ? before.targets.filter(isSent) : [];
  const targets = entries.map(({ member, id }): Target => {
    return taken.find((one) => isOf(one, { member, id })) ?? { member, id, standing: "WAITING", tries: 0 };
  });
  const { requests } = before ?? {};
  const nth = (before?.word ?? 0) + 1;
  const kept = requests === undefined ? {} : { requests };
  return { schemaVersion: 1, ...word, given: now, word: nth, targets, dueAt: now, why: "", ...kept };
}

/**
 * The next entry that it is to be said of, with that try counted; or given up, when it is too late; undefined: nothing is.
 *
 * @param restoredTime when the store was brought back from a backup: what was given before may have been said since, or
 *   something else, which this would take the place of.
 */
export function trying(
  state: FeedbackState,
  now: Date,
  restoredTime?: Date,
): { state: FeedbackState; target?: Target } | undefined {
  const next = state.targets.find(isWaiting);
  if (next === undefined || !isDue(state.dueAt, now)) return undefined;
  if (restoredTime !== undefined && state.given <= restoredTime) return { state: givenUp(state, BROUGHT_BACK, now) };
  if (now.getTime() - state.given.getTime() > PATIENCE_MS) {
    return { state: givenUp(state, `Could not be said for 14 days. ${state.why}`.trim(), now) };
  }
  const target = { ...next, tries: next.tries + 1 };
  return { state: withTarget(state, target), target };
}

const BROUGHT_BACK =
  "A backup brought it back: whether it was said since, or something else, nobody knows. Say it once more if it holds (ntd exchange feedback).";

function givenUp(state: FeedbackState, why: string, now: Date): FeedbackState {
  const targets = state.targets.map((one) => (isWaiting(one) ? ({ ...one, ...over("FAILED", now) } as const) : one));
  return { ...state, targets, why };
}

/** The exchange has taken it, or does not; undefined when something else was said meanwhile. */
export function answered(
  state: FeedbackState,
  { word, target }: Tried,
  { standing, status }: Answered,
  now: Date,
): FeedbackState | undefined {
  if (state.word !== word) return undefined;
  const why = standing === "REFUSED" ? `The exchange answers ${status}: it does not take this.` : "";
  return { ...withTarget(state, { ...target, ...over(standing, now), status }), why: why || refusedBefore(state) };
}

/** The exchange stumbles over it: later once more, a few times. */
export function stumbled(state: FeedbackState, { word, target }: Tried, by: Failed, now: Date) {
  if (state.word !== word) return undefined;
  const why = by.sentence;
  const stumbles = (target.stumbles ?? 0) + 1;
  const next = { ...target, stumbles, ...(stumbles >= MOST_STUMBLES && over("FAILED", now)) };
  const dueAt = new Date(now.getTime() + pauseMs({ ...by, isPassing: false }, stumbles));
  return { ...withTarget(state, next), why, dueAt };
}

export interface Tried {
  word: number;
  target: Target;
}

/** How it stands with all of it. */
export function standingOf({ targets }: Pick<FeedbackState, "targets">): Standing {
  const order: readonly Standing[] = ["WAITING", "REFUSED", "FAILED"];
  return order.find((one) => targets.some(({ standing }) => standing === one)) ?? "SENT";
}

/** When the last of it was over; undefined while something waits. */
export function endedAt(state: Pick<FeedbackState, "targets" | "given">): Date | undefined {
  if (standingOf(state) === "WAITING") return undefined;
  return new Date(Math.max(state.given.getTime(), ...state.targets.map(({ ended }) => ended?.getTime() ?? 0)));
}

const over = (standing: Standing, ended: Date) => ({ standing, ended });

const isWaiting = ({ standing }: Target) => standing === "WAITING";

const isSent = ({ standing }: Target) => standing === "SENT";

const isOf = (one: EntryOfMember, other: EntryOfMember) => one.member === other.member && one.id === other.id;

const refusedBefore = ({ targets, why }: FeedbackState) =>
  targets.some(({ standing }) => standing === "REFUSED" || standing === "FAILED") ? why : "";

function isSame(one: Pick<Word, "opinion" | "reasons">, other: Pick<Word, "opinion" | "reasons">): boolean {
  const ids = ({ reasons }: Pick<Word, "reasons">) => [...new Set(reasons.map(({ id }) => id))].toSorted().join(" ");
  return one.opinion === other.opinion && ids(one) === ids(other);
}

function withTarget(state: FeedbackState, target: Target): FeedbackState {
  return { ...state, targets: state.targets.map((one) => (isOf(one, target) ? target : one)) };
}
