import type { Result } from "./notice.ts";

type Said = Omit<Result, "measureTime">;

const simply = (outcome: Said["outcome"]): Said => ({
  outcome,
  cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
});
const cannot = (cannotComplyReason: Said["cannotComplyReason"]): Said => ({
  outcome: "OUTCOME_CANNOT_COMPLY",
  cannotComplyReason,
});

/** What a handler's exit code says. Every other code is a failed attempt. */
export const outcomeOfExit: ReadonlyMap<number, Said> = new Map([
  [0, simply("OUTCOME_REMOVED")],
  [10, simply("OUTCOME_ACCESS_DISABLED")],
  [11, simply("OUTCOME_BLOCKED")],
  [12, simply("OUTCOME_ALREADY_GONE")],
  [13, simply("OUTCOME_NOT_HOSTED_HERE")],
  [20, cannot("CANNOT_COMPLY_REASON_FORCE_MAJEURE")],
  [21, cannot("CANNOT_COMPLY_REASON_MANIFEST_ERROR")],
  [22, cannot("CANNOT_COMPLY_REASON_INSUFFICIENT_INFORMATION")],
  [30, simply("OUTCOME_DISPUTED")],
]);
