import type { RevocationInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { HashSetState } from "../sets/hash-set.ts";
import { approvalOf, takeEffect, type RevocationState } from "./revocation.ts";

/** A revocation as people are shown it; of the newest one its set may know first that it took effect. */
export function toRevocationInfo(revocation: RevocationState, { lastRevocation: last }: HashSetState): RevocationInfo {
  const { revocationId, setId, reason, requestedBy, requestedTime, entryCount, alreadyRevoked } = revocation;
  const { cause = "REVOCATION_CAUSE_UNSPECIFIED", restores, takenAlone, sameFiles, withItsFiles } = revocation;
  const now = last?.revocationId === revocationId ? (takeEffect(revocation, last) ?? revocation) : revocation;
  const { stage } = now;
  const approval = approvalOf(stage);
  return {
    revocationId,
    setId,
    state: SHOWN_STAGES[stage.name],
    entryCount: BigInt(entryCount),
    alreadyRevokedCount: BigInt(alreadyRevoked),
    reason,
    cause,
    requestedBy,
    approvedBy: approval?.by ?? "",
    requestedTime,
    approvedTime: approval?.time,
    effectiveTime: stage.name === "effective" ? stage.time : undefined,
    ...(revocation.impact && { impact: revocation.impact }),
    counter: BigInt(stage.name === "effective" ? stage.counter : 0),
    ...(stage.name === "withdrawn" && { withdrawnBy: stage.by, withdrawnTime: stage.time }),
    ...(restores && { restores }),
    ...(takenAlone !== undefined && { takenAloneCount: BigInt(takenAlone) }),
    ...(sameFiles !== undefined && { sameFileCount: BigInt(sameFiles) }),
    ...(withItsFiles && { withItsFiles }),
  };
}

const SHOWN_STAGES = {
  pending: "REVOCATION_STATE_PENDING",
  withdrawn: "REVOCATION_STATE_WITHDRAWN",
  approved: "REVOCATION_STATE_APPROVED",
  effective: "REVOCATION_STATE_EFFECTIVE",
} as const;
