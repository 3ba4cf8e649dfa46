import {
  ListFormat,
  QuarantineReason,
  RefusedReason,
  ReleaseState,
  type NegativeEntry,
  type ReleaseInfo,
  type UploadReport,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { listing } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";

/**
 * A release of a hash set for people.
 *
 * @param isDryRun it would be one: nothing has its id, and nobody is waited for.
 */
export function releaseListing(release: ReleaseInfo | undefined, isDryRun = false): string {
  const state = wordOf(ReleaseState, release?.state ?? ReleaseState.UNSPECIFIED);
  return listing({
    release: isDryRun ? "none: this was a dry run, nothing is kept" : release?.releaseId,
    set: release?.setId,
    state: isDryRun ? `would be ${state}` : state,
    "innocent object": release?.negativeEntry && innocentText(release.negativeEntry),
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
    "approved by": release && approvers(release),
    activated: release?.activatedTime,
    "waits for": release && !isDryRun ? waitsFor(release) : "",
  });
}

/** Who approved a release, the first one first. */
export function approvers({ firstApprovedBy, approvedBy }: ReleaseInfo): string {
  return firstApprovedBy === undefined ? approvedBy : `${firstApprovedBy}, ${approvedBy}`;
}

function innocentText({ note, perceptual }: NegativeEntry): string {
  return perceptual ? `${note} (and what looks alike)` : note;
}

function waitsFor({ state, report, negativeEntry, classColumnCount = 0 }: ReleaseInfo): string {
  const refused = report?.refused ?? 0n;
  const confirmed = [
    ...(refused === 0n ? [] : [`--confirm-refused ${refused}`]),
    ...(classColumnCount === 0 ? [] : [`--confirm-class-columns ${classColumnCount}`]),
  ];
  const known = confirmed.length === 0 ? "" : `, with ${confirmed.join(" and ")}`;
  const isOne = negativeEntry !== undefined;
  if (isOne && state === ReleaseState.VALIDATED) return "another person's approval (set approve-innocent)";
  if (state === ReleaseState.VALIDATED) return `another person's approval (set approve)${known}${quarantine(report)}`;
  if (state === ReleaseState.QUARANTINED) return `a second approver, who confirms what set compare says${known}`;
  if (state === ReleaseState.APPROVED) return "set activate";
  return "";
}

function quarantine(report: UploadReport | undefined): string {
  const reasons = (report?.quarantineReasons ?? []).map((reason) => wordOf(QuarantineReason, reason)).join(", ");
  return reasons === "" ? "" : `; it would be in quarantine by that (${reasons}), and takes a second approver`;
}

function reportText({ rows, new: added, changed, removed, unchanged, duplicate }: UploadReport): string {
  return `${rows}: ${added} new, ${changed} changed, ${unchanged} unchanged, ${duplicate} duplicate; ${removed} removed`;
}

function refusedText({ refused, refusedByReason }: UploadReport): string {
  if (refused === 0n) return "";
  const reasons = refusedByReason.map(({ reason, count }) => `${count} ${wordOf(RefusedReason, reason)}`);
  return `${refused} (${reasons.join(", ")})`;
}
