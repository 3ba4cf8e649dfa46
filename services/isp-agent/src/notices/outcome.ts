import type { Action, CannotRestoreReason, DisputeGrounds } from "@ntd/proto/takedown/v1/notice";
import type { Ending, Result } from "./notice.ts";

type Said = Omit<Result, "measureTime">;

const none = "CANNOT_COMPLY_REASON_UNSPECIFIED";
const simply = (outcome: Said["outcome"]): Said => ({ outcome, cannotComplyReason: none });
const cannot = (cannotComplyReason: Said["cannotComplyReason"]): Said => ({
  outcome: "OUTCOME_CANNOT_COMPLY",
  cannotComplyReason,
});
const cannotRestore = (cannotRestoreReason: CannotRestoreReason): Said => ({
  ...simply("OUTCOME_CANNOT_RESTORE"),
  cannotRestoreReason,
});
// A handler has no words of its own, for they might hold addresses; the platform wants some.
const disputed = (disputeGrounds: DisputeGrounds, disputeText: string): Said => ({
  ...simply("OUTCOME_DISPUTED"),
  disputeGrounds,
  disputeText,
});

/** What is no longer there may have been kept for police: the code and 100; or cannot be: the code and 200. */
const takenDown = [
  [0, simply("OUTCOME_REMOVED")],
  [10, simply("OUTCOME_ACCESS_DISABLED")],
  [11, simply("OUTCOME_BLOCKED")],
  [12, simply("OUTCOME_ALREADY_GONE")],
] as const;

/** Every other exit code is a failed attempt. */
const outcomes: ReadonlyMap<number, Said> = new Map<number, Said>([
  ...takenDown,
  ...takenDown.map(([code, said]) => [code + 100, { ...said, preservation: "PRESERVATION_PRESERVED" }] as const),
  ...takenDown.map(([code, said]) => [code + 200, { ...said, preservation: "PRESERVATION_CANNOT_PRESERVE" }] as const),
  [13, simply("OUTCOME_NOT_HOSTED_HERE")],
  [20, cannot("CANNOT_COMPLY_REASON_FORCE_MAJEURE")],
  [21, cannot("CANNOT_COMPLY_REASON_MANIFEST_ERROR")],
  [22, cannot("CANNOT_COMPLY_REASON_INSUFFICIENT_INFORMATION")],
  [30, disputed("DISPUTE_GROUNDS_OTHER", "The provider disputes the notice.")],
  [31, disputed("DISPUTE_GROUNDS_LAWFUL", "The provider says that what is there is lawful.")],
  [32, disputed("DISPUTE_GROUNDS_OTHER_CONTENT", "The provider says that something else is there.")],
  [33, disputed("DISPUTE_GROUNDS_NO_LEGAL_BASIS", "The provider says that the notice has no legal basis.")],
]);

/** Of a request to restore. A code that claims that something was taken away is no answer to it. */
const restorations: ReadonlyMap<number, Said> = new Map([
  [0, simply("OUTCOME_RESTORED")],
  [40, cannotRestore("CANNOT_RESTORE_REASON_DELETED")],
  [41, cannotRestore("CANNOT_RESTORE_REASON_OWN_TERMS")],
  [42, cannotRestore("CANNOT_RESTORE_REASON_FORBIDDEN")],
  [43, cannotRestore("CANNOT_RESTORE_REASON_CUSTOMER_LEFT")],
]);

/** What a handler's exit code says about the action it was asked for. */
export function endingOf(action: Action, code: number, now: Date): Ending {
  const said = (action === "ACTION_RESTORE" ? restorations : outcomes).get(code);
  if (said === undefined) return { is: "failed", failure: `ended with exit code ${code}` };
  return { is: "result", result: { ...said, measureTime: now } };
}
