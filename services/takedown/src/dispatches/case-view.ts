import { decisionInForce, isByMachine } from "@ntd/facts";
import type { Case, Decision } from "@ntd/proto/casework/v1/case";
import { marksOf, type Marks } from "./material.ts";

/** What is known of a case: which dispatches its decisions caused, and whether they still stand. */
export interface CaseView {
  schemaVersion: 1;
  /** Version of the case that was last taken in. */
  version: number;
  /** At most one stands. One that fell never stands again: a new decision makes a new dispatch. */
  dispatches: Caused[];
}

/** A dispatch that a decision caused. */
export interface Caused {
  dispatchId: string;
  decisionId: string;
  stands: boolean;
  /**
   * The case waits for a person and its decision is not in force: what has not left does not leave meanwhile. Absent:
   * it never was so.
   */
  suspended?: boolean;
  /** What a machine decided on. Absent once a person has decided the same, or when one did from the beginning. */
  automatic?: Marks;
  /** The newest decision of a person that says the same. */
  confirmedBy?: string;
}

/** The view after a case's event; undefined when the event says nothing new. */
export function seenCase(
  view: CaseView | undefined,
  version: number,
  event: Case,
  dispatchIdOf: (decisionId: string) => string,
): CaseView | undefined {
  if (view !== undefined && version <= view.version) return undefined;
  return { schemaVersion: 1, version, dispatches: dispatchesAfter(view?.dispatches ?? [], event, dispatchIdOf) };
}

export function stands(view: CaseView | undefined, dispatchId: string): boolean {
  return caused(view, dispatchId)?.stands ?? false;
}

export function caused(view: CaseView | undefined, dispatchId: string): Caused | undefined {
  return view?.dispatches.find((d) => d.dispatchId === dispatchId);
}

// What has left stands until a decision says otherwise; without one in force nothing leaves.
function dispatchesAfter(
  known: CaseView["dispatches"],
  event: Case,
  dispatchIdOf: (decisionId: string) => string,
): CaseView["dispatches"] {
  const decision = decisionInForce(event);
  if (decision === undefined) return known.map((d) => withSuspended(d, true));
  if (decision.verdict !== "VERDICT_ILLEGAL") {
    return decision.verdict === "VERDICT_NOT_ILLEGAL" || decision.verdict === "VERDICT_OUT_OF_SCOPE"
      ? known.map((d) => ({ ...d, stands: false }))
      : known;
  }
  const inForce = known.map((d) => withSuspended(d, false));
  if (known.some((d) => d.decisionId === decision.decisionId)) return inForce;
  // A second "illegal" sends nothing twice: but what did not leave on a machine's word leaves on a person's.
  if (known.some((d) => d.stands)) return isByMachine(decision) ? inForce : inForce.map((d) => confirmed(d, decision));
  const { decisionId } = decision;
  const automatic = isByMachine(decision) && { automatic: marksOf(event.fingerprints) };
  return [...known, { dispatchId: dispatchIdOf(decisionId), decisionId, stands: true, ...automatic }];
}

function withSuspended(known: Caused, suspended: boolean): Caused {
  return !known.stands || (known.suspended ?? false) === suspended ? known : { ...known, suspended };
}

function confirmed(known: Caused, { decisionId }: Decision): Caused {
  if (!known.stands || known.confirmedBy === decisionId) return known;
  const { automatic: _, ...rest } = known;
  return { ...rest, confirmedBy: decisionId };
}
