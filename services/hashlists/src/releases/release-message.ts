import type {
  LineProblem,
  ReleaseInfo,
  ReleaseState as ShownState,
  UploadReport,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import type { HashSetState } from "../sets/hash-set.ts";
import { tombstonesIn, type Approval, type LineFault, type Read, type ReleaseState, type Report } from "./release.ts";

/** A release as people are shown it; its set says whether it is in force, or was. */
export function toReleaseInfo(release: ReleaseState, set: HashSetState): ReleaseInfo {
  const { releaseId, setId, uploadedBy, uploadedTime, stage } = release;
  const approval = stage.name === "approved" || stage.name === "quarantined" ? stage : undefined;
  return {
    releaseId,
    setId,
    state: shownState(release, set),
    entryCount: BigInt("entryCount" in stage ? stage.entryCount : 0),
    problemCount: BigInt(("problemCount" in stage ? stage.problemCount : undefined) ?? 0),
    revokedCount: BigInt(tombstonesIn(release).reduce((sum, { count }) => sum + count, 0)),
    uploadedBy,
    approvedBy: approval?.approvedBy ?? "",
    ...(approval !== undefined && "first" in approval && firstOf(approval.first)),
    uploadedTime,
    approvedTime: approval?.approvedTime,
    ...("format" in stage && stage.format !== undefined && { format: stage.format }),
    ...("fileName" in stage && stage.fileName !== undefined && { fileName: stage.fileName }),
    remarks: ("remarks" in stage ? stage.remarks : undefined) ?? [],
    ...("report" in stage && uploadOf(stage)),
    ...("classColumns" in stage && stage.classColumns !== undefined && { classColumnCount: stage.classColumns }),
    ...("negativeEntry" in stage && stage.negativeEntry !== undefined && negativeOf(stage.negativeEntry)),
    activatedTime: set.activations.find((activation) => activation.releaseId === releaseId)?.time,
  };
}

/** What was answered by version 0.2 and is answered again: what it did not tell is not there. */
export function answeredAgain(answer: ReleaseInfo): ReleaseInfo {
  return { ...answer, remarks: answer.remarks ?? [] };
}

function shownState({ releaseId, stage }: ReleaseState, set: HashSetState): ShownState {
  switch (stage.name) {
    case "uploading":
    case "abandoned":
    case "removed":
      return "RELEASE_STATE_UPLOADING";
    case "rejected":
      return "RELEASE_STATE_REJECTED";
    case "validated":
      return "RELEASE_STATE_VALIDATED";
    case "quarantined":
      return "RELEASE_STATE_QUARANTINED";
    case "refused":
      return "RELEASE_STATE_REFUSED";
    case "approved":
      if (set.active?.releaseId === releaseId) return "RELEASE_STATE_ACTIVE";
      if (set.activations.some((a) => a.releaseId === releaseId)) return "RELEASE_STATE_SUPERSEDED";
      return stage.refused === undefined ? "RELEASE_STATE_APPROVED" : "RELEASE_STATE_REFUSED";
    default:
      return stage satisfies never;
  }
}

/** A fault as people are shown it. */
export function toLineProblem({ line, ...told }: LineFault): LineProblem {
  return { line: BigInt(line), ...told };
}

function uploadOf({ delta, report, fileSha256, fileBytes }: Read): Partial<ReleaseInfo> {
  return {
    kind: delta === undefined ? "UPLOAD_KIND_FULL" : "UPLOAD_KIND_DELTA",
    ...(delta && { baseReleaseId: delta.baseReleaseId }),
    ...(report && { report: toReport(report) }),
    ...(fileSha256 && { fileSha256 }),
    ...(fileBytes !== undefined && { fileBytes: BigInt(fileBytes) }),
  };
}

function firstOf(first: Approval | undefined): Partial<ReleaseInfo> {
  return first === undefined ? {} : { firstApprovedBy: first.approvedBy };
}

function negativeOf(entry: NonNullable<Read["negativeEntry"]>): Partial<ReleaseInfo> {
  return { negativeEntry: { reason: "NEGATIVE_REASON_INNOCENT_OBJECT", ...entry } };
}

function toReport({
  rows,
  added,
  changed,
  removed,
  unchanged,
  duplicate,
  refused,
  quarantine = [],
}: Report): UploadReport {
  const byReason = refused.map(({ reason, count }) => ({ reason, count: BigInt(count) }));
  return {
    rows: BigInt(rows),
    new: BigInt(added),
    changed: BigInt(changed),
    removed: BigInt(removed),
    unchanged: BigInt(unchanged),
    duplicate: BigInt(duplicate),
    refused: byReason.reduce((sum, { count }) => sum + count, 0n),
    refusedByReason: byReason,
    quarantineReasons: quarantine,
  };
}
