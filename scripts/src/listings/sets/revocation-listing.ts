import { RevocationCause } from "@ntd/proto/common/v1/common";
import { RevocationState, type RevocationInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { listing } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/** A revocation of entries for people. */
export function revocationListing(revocation: RevocationInfo | undefined): string {
  return listing({
    revocation: revocation?.revocationId,
    set: revocation?.setId,
    "gives back": revocation?.restores === true ? "yes" : "",
    state: wordOf(RevocationState, revocation?.state ?? RevocationState.UNSPECIFIED),
    entries: revocation?.entryCount,
    "of the same files": revocation?.withItsFiles === true ? revocation.sameFileCount : undefined,
    "revoked before": revocation?.restores === true ? undefined : revocation?.alreadyRevokedCount,
    reason: revocation?.reason,
    cause: revocation && revocation.restores !== true ? wordOf(RevocationCause, revocation.cause) : "",
    "requested by": revocation?.requestedBy,
    "approved by": revocation?.approvedBy,
    "withdrawn by": revocation?.withdrawnBy,
    effective: revocation?.effectiveTime,
    "waits for": revocation && waitsFor(revocation),
  });
}

function waitsFor({ state, takenAloneCount = 0n }: RevocationInfo): string {
  if (state !== RevocationState.PENDING) return "";
  const before = takenAloneCount > 0n ? `; ${takenAloneCount} were taken back alone within a day, in all sets` : "";
  return `another person's approval${before}`;
}

/** What is still found of the files whose entries are taken back, as a last line. */
export function leftOfFiles(counted: Pick<RevocationInfo, "sameFileCount" | "withItsFiles"> | undefined): string {
  const { sameFileCount: left, withItsFiles = false } = counted ?? {};
  if (withItsFiles || left === 0n) return "";
  if (left === undefined) return "\n\nwhether more entries are of the same files was not counted: --dry-run tells";
  const some = left === 1n ? "1 more entry is" : `${left} more entries are`;
  return `\n\n${some} of the same files: --with-its-file takes ${left === 1n ? "it" : "them"} back, too`;
}
