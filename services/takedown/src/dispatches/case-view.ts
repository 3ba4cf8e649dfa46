import { decisionInForce } from "@ntd/facts";
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

// What has left stands until a decision says otherwise; without one in force nothing new may leave.
function dispatchesAfter(
  known: CaseView["dispatches"],
  event: Case,
  dispatchIdOf: (decisionId: string) => string,
): CaseView["dispatches"] {
  const decision = decisionInForce(event);
  if (decision === undefined) return known;
  if (decision.verdict !== "VERDICT_ILLEGAL") {
    return decision.verdict === "VERDICT_NOT_ILLEGAL" || decision.verdict === "VERDICT_OUT_OF_SCOPE"
      ? known.map((d) => ({ ...d, stands: false }))
      : known;
  }
  // A second "illegal" changes nothing for the provider: it has its notice.
  if (known.some((d) => d.stands || d.decisionId === decision.decisionId)) return known;
  const { decisionId } = decision;
  return [...known, { dispatchId: dispatchIdOf(decisionId), decisionId, stands: true }];
}
