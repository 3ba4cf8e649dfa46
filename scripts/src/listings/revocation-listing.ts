import { RevocationCause } from "@ntd/proto/common/v1/common";
import { RevocationState, type RevocationInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { listing } from "../cli/output.ts";
import { wordOf } from "../cli/words.ts";

/** A revocation of entries for people. */
export function revocationListing(revocation: RevocationInfo | undefined): string {
  return listing({
    revocation: revocation?.revocationId,
    set: revocation?.setId,
    state: wordOf(RevocationState, revocation?.state ?? RevocationState.UNSPECIFIED),
    entries: revocation?.entryCount,
    "revoked before": revocation?.alreadyRevokedCount,
    reason: revocation?.reason,
    cause: revocation && wordOf(RevocationCause, revocation.cause),
    "requested by": revocation?.requestedBy,
    "approved by": revocation?.approvedBy,
    effective: revocation?.effectiveTime,
  });
}
