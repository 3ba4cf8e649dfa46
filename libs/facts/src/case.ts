import type { Case, Decision } from "@ntd/proto/casework/v1/case";

/**
 * The decision that may be acted upon: the last one, also while the case waits for a person again, unless it is in
 * doubt. An event of the decision itself may have been overtaken.
 */
export function decisionInForce(
  aCase: Pick<Case, "state" | "queueReason" | "decision" | "doubt">,
): Decision | undefined {
  if (isWaiting(aCase) && BASELESS.has(aCase.queueReason)) return undefined;
  return aCase.doubt !== undefined && aCase.doubt.decisionId === aCase.decision?.decisionId
    ? undefined
    : aCase.decision;
}

/** The decision of a case that waits for nobody. One that was queued again keeps its decision for the record alone. */
export function settledDecision({ state, decision }: Pick<Case, "state" | "decision">): Decision | undefined {
  return state === "CASE_STATE_DECIDED" || state === "CASE_STATE_AUTO_DECIDED" ? decision : undefined;
}

/** The case waits for a person, claimed or not. */
export function isWaiting({ state }: Pick<Case, "state">): boolean {
  return state === "CASE_STATE_QUEUED" || state === "CASE_STATE_CLAIMED";
}

// The word of events of releases that did not tell the doubt itself.
const BASELESS: ReadonlySet<Case["queueReason"]> = new Set([
  "QUEUE_REASON_BASIS_REVOKED",
  "QUEUE_REASON_NEGATIVE_SET",
  "QUEUE_REASON_SOMETHING_ELSE",
]);

/** Of a decision that takes back nothing that others know of. */
export const WITHDRAWS_NOTHING = { withdrawsDecisionId: "", confirmedBy: "" } as const;

/** Who decided, where a machine did; a person is "{kind}/{name}". */
export const MACHINE = "machine";

/** No person decided it. */
export function isByMachine({ decidedBy }: Pick<Decision, "decidedBy">): boolean {
  return decidedBy === MACHINE;
}
