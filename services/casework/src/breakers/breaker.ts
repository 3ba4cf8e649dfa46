import { nameOf } from "@ntd/facts";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { AnsweredRequest } from "@ntd/rpc";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { effectOf, type FirstWord } from "../second-person.ts";
import type { Subject } from "./subject.ts";

/** When a breaker trips. */
export interface BreakerPolicy {
  /** What is older is not counted. */
  windowMs: number;
  /** So many decisions were taken back at least, */
  reversals: number;
  /** and so many of a hundred of its decisions; */
  sharePercent: number;
  /** or so many providers have disputes that are open. */
  providers: number;
}

/** What there is of a subject in the window. */
export interface Counted {
  reversals: number;
  /** Counted only where the reversals are enough. */
  decisions: number;
  /** With open disputes; not counted beyond what trips. */
  providers: number;
}

interface Lift {
  proposed: FirstWord;
  lifted: FirstWord;
  reason: Sealed;
}

/** What is known of one subject: whether it is stopped, and who let it go on before. */
export interface Breaker {
  schemaVersion: 1;
  subject: Subject;
  trip?: Counted & { time: Date };
  lifting?: FirstWord & { reason: Sealed };
  /** The newest, oldest first. */
  lifts: Lift[];
  requests: AnsweredRequest<Pick<Breaker, "trip" | "lifting" | "lifts">>[];
}

/** Lifts that are kept. */
const KEPT = 20;

/** From when on facts count: those before the last lift had their turn. */
export function countsFrom(breaker: Breaker | undefined, { windowMs }: BreakerPolicy, now: Date): Date {
  const lifted = breaker?.lifts.at(-1)?.lifted.time.getTime() ?? 0;
  return new Date(Math.max(lifted, now.getTime() - windowMs));
}

export function isEnough({ reversals, decisions, providers }: Counted, policy: BreakerPolicy): boolean {
  const isShare = reversals * 100 >= decisions * policy.sharePercent;
  return (reversals >= policy.reversals && isShare) || providers >= policy.providers;
}

/** Tripped by what was counted; what has tripped stays so until it is lifted, whatever is counted later. */
export function trippedBy(
  breaker: Breaker | undefined,
  subject: Subject,
  counted: Counted,
  policy: BreakerPolicy,
  now: Date,
): Breaker | undefined {
  if (breaker?.trip !== undefined || !isEnough(counted, policy)) return breaker;
  const before = breaker ?? { schemaVersion: 1, subject, lifts: [], requests: [] };
  return { ...before, trip: { ...counted, time: now } };
}

/** One person's word to let it go on, or the second person's. Nobody lifts their own. */
export function lifted(breaker: Breaker, reason: Sealed, word: FirstWord): Breaker | Refusal {
  const { trip, lifting, subject, ...rest } = breaker;
  if (trip === undefined) return wrongState("It has not tripped, or is lifted already.");
  if (subject.kind === "person" && subject.name === nameOf(word.by)) return OWN;
  const effect = effectOf("lift_breaker", lifting, word.by, word.time);
  if (effect === "same person") return SAME_PERSON;
  if (effect === "waits") return { ...breaker, lifting: { ...word, reason } };
  const proposed = lifting === undefined ? word : { by: lifting.by, time: lifting.time };
  const lift: Lift = { proposed, lifted: word, reason: lifting?.reason ?? reason };
  return { ...rest, subject, lifts: [...breaker.lifts, lift].slice(-KEPT) };
}

const OWN = samePerson("It stops your own decisions. Two other persons lift it.");
const SAME_PERSON = samePerson("This takes a second person: you said so first, under whatever kind of identity.");
