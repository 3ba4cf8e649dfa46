import {
  ListFormat,
  RefusedReason,
  ReleaseState,
  type ReleaseInfo,
  type UploadReport,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { listing } from "../cli/output.ts";
import { wordOf } from "../cli/words.ts";

/** A release of a hash set for people. */
export function releaseListing(release: ReleaseInfo | undefined): string {
  return listing({
    release: release?.releaseId,
    set: release?.setId,
    state: wordOf(ReleaseState, release?.state ?? ReleaseState.UNSPECIFIED),
    file: release?.fileName,
    bytes: release?.fileBytes,
    sha256: release?.fileSha256 && Buffer.from(release.fileSha256).toString("hex"),
    "delta of": release?.baseReleaseId,
    format: wordOf(ListFormat, release?.format ?? ListFormat.UNSPECIFIED),
    entries: release?.entryCount,
    "takes back": release?.revokedCount === 0n ? "" : release?.revokedCount,
    problems: release?.problemCount,
    rows: release?.report && reportText(release.report),
    refused: release?.report && refusedText(release.report),
    remarks: { below: release?.remarks ?? [] },
    "uploaded by": release?.uploadedBy,
    "approved by": release?.approvedBy,
    activated: release?.activatedTime,
  });
}

function reportText({ rows, new: added, changed, removed, unchanged, duplicate }: UploadReport): string {
  return `${rows}: ${added} new, ${changed} changed, ${unchanged} unchanged, ${duplicate} duplicate; ${removed} removed`;
}

function refusedText({ refused, refusedByReason }: UploadReport): string {
  if (refused === 0n) return "";
  const reasons = refusedByReason.map(({ reason, count }) => `${count} ${wordOf(RefusedReason, reason)}`);
  return `${refused} (${reasons.join(", ")})`;
}
