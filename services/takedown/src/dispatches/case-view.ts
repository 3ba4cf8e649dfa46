import { decisionInForce, holdsInForce, isByMachine, isUnderLegalHold } from "@ntd/facts";
import type { Case, Decision, DoubtCause, Holds } from "@ntd/proto/casework/v1/case";
import { decidedMarks, type Marks } from "./material.ts";

/** What is known of a case: which dispatches its decisions caused, and whether they still stand. */
export interface CaseView {
  schemaVersion: 1;
  /** Version of the case that was last taken in. */
  version: number;
  /**
   * One is alive, that stands or is in doubt, or several of a page, where a later decision asks for more. One that fell for
   * good is followed by a new one.
   */
  dispatches: Caused[];
  /** Absent: it never had any, or its newest event is of a release that tells none. */
  holds?: SeenHolds;
  /** Under a legal hold: what is sealed of its dispatches and notices is kept. */
  kept?: true;
}

/** Holds that police have on a case. */
export interface SeenHolds {
  /** Version of the case that has them: casework may tell them ahead of the event. */
  version: number;
  /** One at least is in force. */
  inForce: boolean;
}

/**
 * A dispatch that a decision caused. It stands; or it stands and is in doubt; or one person decided otherwise (it is in
 * doubt, and no longer stands); or it fell for good, with the word of a second person (`withdrawnBy`) or, in what
 * release 0.2 told, without one.
 */
export interface Caused {
  dispatchId: string;
  decisionId: string;
  stands: boolean;
  /** What has not left does not leave meanwhile. Absent: it never was so. */
  suspended?: boolean;
  /** Who was sent a notice is told to wait. Absent in what was stored before doubt was told. */
  doubt?: Doubt;
  /** The decision that withdrew it, with two persons' words: who was sent a notice is asked to restore. */
  withdrawnBy?: string;
  /** What a machine decided on. Absent once a person has decided the same, or when one did from the beginning. */
  automatic?: Marks;
  /** The newest decision of a person that says the same. */
  confirmedBy?: string;
  /** Of a page: the targets that are to go from it. Absent: what is at the address is to go. */
  embeds?: string[];
}

/** Why a decision is in doubt. */
export interface Doubt {
  cause: DoubtCause;
  /** Names the doubt. */
  since: Date;
  /** It does not lapse. */
  lasting?: true;
}

/** An event of a case. */
interface Told {
  version: number;
  time: Date;
  data: Case;
}

/** The view after a case's event; undefined when the event says nothing new. `seen`: what was last seen of its target. */
export function seenCase(
  view: CaseView | undefined,
  told: Told,
  dispatchIdOf: (decisionId: string) => string,
  seen?: Marks,
): CaseView | undefined {
  const { version } = told;
  if (view !== undefined && version <= view.version) return undefined;
  const holds = newerHolds(view?.holds, version, told.data.holds);
  const dispatches = dispatchesAfter(view?.dispatches ?? [], told, dispatchIdOf, seen);
  // What tells no legal hold does not end one that is known, either.
  const kept = told.data.legalHold === undefined ? view?.kept : isUnderLegalHold(told.data);
  return { schemaVersion: 1, version, dispatches, ...(holds !== undefined && { holds }), ...(kept && { kept }) };
}

/**
 * The view after casework told the holds of one version of the case ahead of its event, which is still to be taken in;
 * undefined when newer ones are known.
 */
export function toldHolds(view: CaseView | undefined, version: number, holds: Holds): CaseView | undefined {
  const next = newerHolds(view?.holds, version, holds);
  if (next === undefined || next === view?.holds) return undefined;
  return { ...(view ?? { schemaVersion: 1, version: 0, dispatches: [] }), holds: next };
}

/** Police ask that nothing leaves. */
export function isHeld(view: CaseView | undefined): boolean {
  return view?.holds?.inForce ?? false;
}

// What tells no holds does not end those that are known: a release that knows none wrote it.
function newerHolds(known: SeenHolds | undefined, version: number, told: Holds | undefined): SeenHolds | undefined {
  if (told === undefined || (known !== undefined && version <= known.version)) return known;
  return { version, inForce: holdsInForce(told).length > 0 };
}

export function stands(view: CaseView | undefined, dispatchId: string): boolean {
  return caused(view, dispatchId)?.stands ?? false;
}

export function caused(view: CaseView | undefined, dispatchId: string): Caused | undefined {
  return view?.dispatches.find((d) => d.dispatchId === dispatchId);
}

/** It stands, or nobody knows yet whether it will. */
export function isAlive({ stands: inForce, doubt }: Caused): boolean {
  return inForce || doubt !== undefined;
}

function dispatchesAfter(
  known: CaseView["dispatches"],
  { time, data }: Told,
  dispatchIdOf: (decisionId: string) => string,
  seen: Marks | undefined,
): CaseView["dispatches"] {
  const decision = decisionInForce(data);
  if (decision === undefined) return known.map((d) => inDoubt(d, toldDoubt(data) ?? d.doubt ?? baseless(data, time)));
  const { verdict, decisionId } = decision;
  if (verdict === "VERDICT_NOT_ILLEGAL" || verdict === "VERDICT_OUT_OF_SCOPE") {
    return known.map((d) => otherwise(d, decision, toldDoubt(data), time));
  }
  if (verdict !== "VERDICT_ILLEGAL") return known;
  const inForce = known.map(undoubted);
  if (known.some((d) => d.decisionId === decisionId)) return inForce;
  const alive = known.filter(isAlive);
  if (alive.length > 0 && isByMachine(decision)) return inForce;
  const automatic = isByMachine(decision) && { automatic: decidedMarks(data.fingerprints, seen) };
  const embeds = decision.embedded && { embeds: decision.embedded.items.map(({ targetId }) => targetId) };
  const next = { dispatchId: dispatchIdOf(decisionId), decisionId, stands: true, ...automatic, ...embeds };
  if (alive.length === 0) return [...known, next];
  // A second "illegal" sends nothing twice: but what did not leave on a machine's word leaves on a person's.
  const again = inForce.map((d) => confirmed(d, decision));
  return asksForMore(next, alive) ? [...again, next] : again;
}

// A page may be asked to be rid of something else that was found on it, or to go itself.
function asksForMore({ embeds }: Caused, alive: readonly Caused[]): boolean {
  if (alive.some((one) => one.embeds === undefined)) return false;
  const asked = new Set(alive.flatMap((one) => one.embeds ?? []));
  return embeds === undefined || embeds.some((targetId) => !asked.has(targetId));
}

// What has left stands until a decision says otherwise; without one in force nothing leaves.
function inDoubt(known: Caused, doubt: Doubt): Caused {
  return isAlive(known) ? { ...known, suspended: true, doubt } : known;
}

function undoubted(known: Caused): Caused {
  if (!isAlive(known) || (known.stands && !known.suspended)) return known;
  const { doubt: _, ...rest } = known;
  return { ...rest, stands: true, suspended: false };
}

/** Decided otherwise: two persons' words withdraw it; one person's leaves it in doubt; release 0.2 told no doubt. */
function otherwise(known: Caused, decision: Decision, told: Doubt | undefined, time: Date): Caused {
  const { decisionId, decidedTime, withdrawsDecisionId, confirmedBy } = decision;
  const isNamed = withdrawsDecisionId !== "" && [known.decisionId, known.confirmedBy].includes(withdrawsDecisionId);
  if (known.withdrawnBy !== undefined || !(isAlive(known) || isNamed)) return known;
  const { doubt: before, ...rest } = known;
  if (withdrawsDecisionId !== "" && confirmedBy !== "") return { ...rest, stands: false, withdrawnBy: decisionId };
  const byOne = { cause: "DOUBT_CAUSE_DECIDED_OTHERWISE" as const, since: decidedTime ?? time };
  const doubt = told ?? before ?? (withdrawsDecisionId === "" ? undefined : byOne);
  return doubt === undefined ? { ...rest, stands: false } : { ...rest, stands: false, suspended: true, doubt };
}

function confirmed(known: Caused, { decisionId }: Decision): Caused {
  if (!known.stands || known.confirmedBy === decisionId) return known;
  const { automatic: _, ...rest } = known;
  return { ...rest, confirmedBy: decisionId };
}

function toldDoubt({ doubt }: Case): Doubt | undefined {
  if (doubt?.sinceTime === undefined) return undefined;
  const { cause, sinceTime: since, lasting } = doubt;
  return { cause, since, ...(lasting && { lasting: true as const }) };
}

// Releases that told no doubt said it by why the case waits.
function baseless({ queueReason }: Case, since: Date): Doubt {
  return { cause: CAUSES[queueReason] ?? "DOUBT_CAUSE_UNSPECIFIED", since };
}

const CAUSES: Partial<Record<Case["queueReason"], DoubtCause>> = {
  QUEUE_REASON_BASIS_REVOKED: "DOUBT_CAUSE_BASIS_REVOKED",
  QUEUE_REASON_NEGATIVE_SET: "DOUBT_CAUSE_NEGATIVE_SET",
  QUEUE_REASON_SOMETHING_ELSE: "DOUBT_CAUSE_SOMETHING_ELSE",
};
