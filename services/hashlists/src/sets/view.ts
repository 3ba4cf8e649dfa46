import type {
  HashSet,
  ReleaseInfo,
  ReleaseState as ShownState,
  RevocationInfo,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import type { HashSetState } from "./hash-set.ts";
import type { ReleaseState } from "../releases/release.ts";
import { takeEffect, type RevocationState } from "../revocations/revocation.ts";

/** A set as people are shown it. */
export function toHashSet({ setId, policy, active, counter, createdTime }: HashSetState): HashSet {
  return { setId, policy, activeReleaseId: active?.releaseId ?? "", counter: BigInt(counter), createdTime };
}

/** A release as people are shown it; its set says whether it is in force, or was. */
export function toReleaseInfo(release: ReleaseState, set: HashSetState): ReleaseInfo {
  const { releaseId, setId, uploadedBy, uploadedTime, stage } = release;
  const approval = stage.name === "approved" ? stage : undefined;
  return {
    releaseId,
    setId,
    state: shownState(release, set),
    entryCount: BigInt("entryCount" in stage ? stage.entryCount : 0),
    problemCount: BigInt("problemCount" in stage ? stage.problemCount : 0),
    uploadedBy,
    approvedBy: approval?.approvedBy ?? "",
    uploadedTime,
    approvedTime: approval?.approvedTime,
    activatedTime: set.activations.find((activation) => activation.releaseId === releaseId)?.time,
  };
}

function shownState({ releaseId, stage }: ReleaseState, set: HashSetState): ShownState {
  switch (stage.name) {
    case "uploading":
    case "abandoned":
      return "RELEASE_STATE_UPLOADING";
    case "rejected":
      return "RELEASE_STATE_REJECTED";
    case "validated":
      return "RELEASE_STATE_VALIDATED";
    case "approved":
      if (set.active?.releaseId === releaseId) return "RELEASE_STATE_ACTIVE";
      return set.activations.some((a) => a.releaseId === releaseId)
        ? "RELEASE_STATE_SUPERSEDED"
        : "RELEASE_STATE_APPROVED";
    default:
      return stage satisfies never;
  }
}

/** A revocation as people are shown it; of the newest one its set may know first that it took effect. */
export function toRevocationInfo(revocation: RevocationState, { lastRevocation: last }: HashSetState): RevocationInfo {
  const { revocationId, setId, reason, requestedBy, requestedTime, entryCount, alreadyRevoked } = revocation;
  const now = last?.revocationId === revocationId ? (takeEffect(revocation, last) ?? revocation) : revocation;
  const { stage } = now;
  const approval = stage.name === "pending" ? undefined : stage.approval;
  return {
    revocationId,
    setId,
    state: SHOWN_STAGES[stage.name],
    entryCount: BigInt(entryCount),
    alreadyRevokedCount: BigInt(alreadyRevoked),
    reason,
    requestedBy,
    approvedBy: approval?.by ?? "",
    requestedTime,
    approvedTime: approval?.time,
    effectiveTime: stage.name === "effective" ? stage.time : undefined,
    counter: BigInt(stage.name === "effective" ? stage.counter : 0),
  };
}

const SHOWN_STAGES = {
  pending: "REVOCATION_STATE_PENDING",
  approved: "REVOCATION_STATE_APPROVED",
  effective: "REVOCATION_STATE_EFFECTIVE",
} as const;
