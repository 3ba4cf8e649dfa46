import type { Action } from "@ntd/proto/takedown/v1/notice";
import type { Ending, Result } from "./notice.ts";

type Said = Omit<Result, "measureTime">;

const simply = (outcome: Said["outcome"]): Said => ({
  outcome,
  cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
});
const cannot = (cannotComplyReason: Said["cannotComplyReason"]): Said => ({
  outcome: "OUTCOME_CANNOT_COMPLY",
  cannotComplyReason,
});

/** Every other exit code is a failed attempt. */
const outcomes: ReadonlyMap<number, Said> = new Map([
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

/** Codes that claim that something was taken away: no answer to a request to restore. */
const claims = new Set([10, 11, 12]);

/** What a handler's exit code says about the action it was asked for. */
export function endingOf(action: Action, code: number, now: Date): Ending {
  const restoring = action === "ACTION_RESTORE";
  if (restoring && code === 0) return { is: "restored", restoredTime: now };
  const said = restoring && claims.has(code) ? undefined : outcomes.get(code);
  if (said === undefined) return { is: "failed", failure: `ended with exit code ${code}` };
  return { is: "result", result: { ...said, measureTime: now } };
}
