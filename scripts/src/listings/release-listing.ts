import { ListFormat, ReleaseState, type ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import { listing } from "../cli/output.ts";
import { wordOf } from "../cli/words.ts";

/** A release of a hash set for people. */
export function releaseListing(release: ReleaseInfo | undefined): string {
  return listing({
    release: release?.releaseId,
    set: release?.setId,
    state: wordOf(ReleaseState, release?.state ?? ReleaseState.UNSPECIFIED),
    file: release?.fileName,
    format: wordOf(ListFormat, release?.format ?? ListFormat.UNSPECIFIED),
    entries: release?.entryCount,
    "takes back": release?.revokedCount === 0n ? "" : release?.revokedCount,
    problems: release?.problemCount,
    remarks: { below: release?.remarks ?? [] },
    "uploaded by": release?.uploadedBy,
    "approved by": release?.approvedBy,
    activated: release?.activatedTime,
  });
}
