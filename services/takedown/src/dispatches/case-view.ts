import type { Case } from "@ntd/proto/casework/v1/case";

/** What is known of a case: which dispatches its decisions caused, and whether they still stand. */
export interface CaseView {
  schemaVersion: 1;
  /** Version of the case that was last taken in. */
  version: number;
  /** At most one stands. One that fell never stands again: a new decision makes a new dispatch. */
  dispatches: { dispatchId: string; decisionId: string; stands: boolean }[];
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
  return view?.dispatches.some((d) => d.dispatchId === dispatchId && d.stands) ?? false;
}

// The decision counts, not the state beside it: a case that was queued again keeps its decision until a person makes
// another one, and the event of the decision itself may have been overtaken.
function dispatchesAfter(
  known: CaseView["dispatches"],
  { decision, state, queueReason }: Case,
  dispatchIdOf: (decisionId: string) => string,
): CaseView["dispatches"] {
  if (decision === undefined) return known;
  if (decision.verdict !== "VERDICT_ILLEGAL") {
    return decision.verdict === "VERDICT_NOT_ILLEGAL" || decision.verdict === "VERDICT_OUT_OF_SCOPE"
      ? known.map((d) => ({ ...d, stands: false }))
      : known;
  }
  const waiting = state === "CASE_STATE_QUEUED" || state === "CASE_STATE_CLAIMED";
  // Its machine lost what it decided on: nothing new may leave before a person has looked.
  const baseless =
    waiting && (queueReason === "QUEUE_REASON_BASIS_REVOKED" || queueReason === "QUEUE_REASON_NEGATIVE_SET");
  // A second "illegal" changes nothing for the provider: it has its notice.
  if (baseless || known.some((d) => d.stands || d.decisionId === decision.decisionId)) return known;
  const { decisionId } = decision;
  return [...known, { dispatchId: dispatchIdOf(decisionId), decisionId, stands: true }];
}
