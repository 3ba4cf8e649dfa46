import { PERSONS, type Step } from "@ntd/facts";
import type { MarkKind } from "@ntd/proto/casework/v1/mark_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { AnsweredRequest } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { effectOf, type FirstWord } from "../second-person.ts";
import type { Marked } from "./marked.ts";

/** What police investigate, as keyed digests alone. */
export interface Mark extends MarkFacts {
  requests: AnsweredRequest<MarkFacts>[];
}

export interface MarkFacts extends Marked {
  schemaVersion: 1;
  reason: Sealed;
  set: FirstWord;
  /** The second officer, where it takes two: without one it is not in force. */
  confirmed?: FirstWord;
  expireTime: Date;
  removed?: FirstWord;
  /** When cases that were there before are looked for, until all of them are held. */
  meetDueTime?: Date;
}

/** A call that sets a mark looks for known cases itself; when it ends before they are held, a loop does after this time. */
const ALONE_MS = 30_000;

/** Without what callers were answered. */
export function factsOf(mark: Mark): MarkFacts {
  const { requests: _, ...facts } = mark;
  return facts;
}

/** One officer's word: a mark that it sets, proposes, or confirms. */
export function withMark(
  mark: MarkFacts | undefined,
  marked: Marked,
  word: FirstWord & { reason: Sealed; expireTime: Date },
): MarkFacts | Refusal {
  const { by, time, reason, expireTime } = word;
  const step = STEPS[marked.kind];
  if (step === undefined) throw new Problem("INTERNAL");
  if (mark !== undefined && isEnded(mark, time)) throw new Problem("VERSION_CONFLICT");
  if (mark !== undefined && isInForce(mark, time)) return wrongState(`It is marked already, by ${mark.set.by}.`);
  const effect = effectOf(step, mark?.set, by, time);
  if (effect === "same person") return SAME_PERSON;
  const own: MarkFacts = { schemaVersion: 1, ...marked, reason, set: { by, time }, expireTime };
  if (effect === "waits") return own;
  const meetDueTime = new Date(time.getTime() + ALONE_MS);
  if (mark === undefined || PERSONS[step] === 1) return { ...own, meetDueTime };
  const first = mark.expireTime < expireTime ? mark.expireTime : expireTime;
  return { ...mark, confirmed: { by, time }, expireTime: first, meetDueTime };
}

/** It meets nothing any more; what it holds stays held. */
export function removedMark(mark: MarkFacts, by: string, now: Date): MarkFacts | Refusal {
  if (isEnded(mark, now)) return wrongState("It is removed, or its time is over.");
  const { meetDueTime: _, ...rest } = mark;
  return { ...rest, removed: { by, time: now } };
}

/** The persons that it takes have said so, and nobody took it back; its time may be over. */
export function isSet({ kind, confirmed, removed }: MarkFacts): boolean {
  const step = STEPS[kind];
  return removed === undefined && step !== undefined && (PERSONS[step] === 1 || confirmed !== undefined);
}

export function isInForce(mark: MarkFacts, now: Date): boolean {
  return isSet(mark) && mark.expireTime > now;
}

export function isEnded({ removed, expireTime }: MarkFacts, now: Date): boolean {
  return removed !== undefined || expireTime <= now;
}

const STEPS: Partial<Record<MarkKind, Step>> = {
  MARK_KIND_ADDRESS: "mark_address",
  MARK_KIND_HOST: "mark_host",
  MARK_KIND_PREFIX: "mark_prefix",
  MARK_KIND_HASH: "mark_hash",
};

const SAME_PERSON = samePerson("This takes a second officer: you typed it first, under whatever kind of identity.");
