import type { RevocationState } from "../revocations/revocation.ts";
import type { SetChangeState } from "../set-changes/set-change.ts";
import type { HashSetState } from "../sets/hash-set.ts";

/** The proposals of another policy, or of none, that wait, of which nobody has asked what it would have decided. */
export function unassessed({ changes = [] }: Pick<HashSetState, "changes">): SetChangeState[] {
  return changes.filter(
    ({ stage, policy, retire, effect }) => stage.name === "pending" && (policy ?? retire) && effect === undefined,
  );
}

/** It waits for another person, who is to see what stands on it. On what is given back nothing stands yet. */
export function isUnassessed({
  stage,
  impact,
  restores,
}: Pick<RevocationState, "stage" | "impact" | "restores">): boolean {
  return stage.name === "pending" && impact === undefined && restores === undefined;
}
