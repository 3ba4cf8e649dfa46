import type { HistoryEntry } from "@ntd/proto/hashlists/v1/set_view_service";
import type { ExportState } from "../exports/export.ts";
import { isEnded } from "../releases/ended.ts";
import type { Refusal, ReleaseState } from "../releases/release.ts";
import { approvalOf, type RevocationState } from "../revocations/revocation.ts";
import type { SetChangeState } from "../set-changes/set-change.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { ReadState } from "./entries-read.ts";

/** What somebody did, as documents tell it: by time, and by the key where the time is the same. */
export interface Told {
  time: Date;
  key: string;
  entry: HistoryEntry;
}

const NOBODY = { person: "", subjectId: "", reason: "", entryCount: 0n };

/** One of them; of one time and kind in the order of their ids. */
export function told(entry: Partial<HistoryEntry> & Pick<HistoryEntry, "kind"> & { time: Date }, id = ""): Told {
  return { time: entry.time, key: `${entry.kind} ${id}`, entry: { ...NOBODY, ...entry } };
}

/** What a set's own document tells, the newest first. */
export function toldBySet(set: HashSetState): Told[] {
  const { createdBy, createdTime, activations, history = [], changes = [] } = set;
  const steps = history.flatMap(({ releaseId, entryCount, counter, activated }) => {
    if (activated === undefined) return [];
    const { by: person, time, again } = activated;
    const kind = again ? "HISTORY_KIND_RELEASE_ROLLED_BACK" : "HISTORY_KIND_RELEASE_ACTIVATED";
    return [told({ kind, time, person, subjectId: releaseId, entryCount: BigInt(entryCount) }, order(counter))];
  });
  // Steps of earlier releases do not tell who it was; behind the last hundred there are none.
  const isStep = (releaseId: string, time: Date) =>
    steps.some(({ entry }) => entry.subjectId === releaseId && entry.time?.getTime() === time.getTime());
  const others = activations.flatMap(({ releaseId, by, time }, nth) =>
    isStep(releaseId, time)
      ? []
      : [told({ kind: "HISTORY_KIND_RELEASE_ACTIVATED", time, person: by, subjectId: releaseId }, `- ${order(nth)}`)],
  );
  const created = told({ kind: "HISTORY_KIND_SET_CREATED", time: createdTime, person: createdBy });
  return [created, ...steps, ...others, ...changes.flatMap(toldByChange)].toSorted(newestFirst);
}

function order(n: number): string {
  return String(n).padStart(16, "0");
}

function toldByChange({ changeId: subjectId, reason, proposedBy, proposedTime, stage }: SetChangeState): Told[] {
  const proposed = { kind: "HISTORY_KIND_CHANGE_PROPOSED", time: proposedTime, person: proposedBy } as const;
  const first = told({ ...proposed, subjectId, reason }, subjectId);
  if (stage.name === "pending") return [first];
  const person = "by" in stage ? stage.by : "";
  return [first, told({ kind: ENDS[stage.name], time: stage.time, person, subjectId, reason }, subjectId)];
}

const ENDS = {
  in_force: "HISTORY_KIND_CHANGE_IN_FORCE",
  rejected: "HISTORY_KIND_CHANGE_REJECTED",
  overtaken: "HISTORY_KIND_CHANGE_OVERTAKEN",
} as const;

/** That a release was uploaded, and whether it was read. */
export function toldByUpload({ releaseId: subjectId, uploadedBy: person, uploadedTime: time, stage }: ReleaseState) {
  const isRead = stage.name !== "rejected";
  const kind = isRead ? "HISTORY_KIND_RELEASE_UPLOADED" : "HISTORY_KIND_RELEASE_REJECTED";
  const note = ("negativeEntry" in stage ? stage.negativeEntry?.note : undefined) ?? "";
  const reason = isRead ? note : `${stage.problemCount} faults in its file`;
  return { ...told({ kind, time, person, subjectId, reason, entryCount: countOf(stage) }), key: subjectId };
}

/** That a first one approved a release, which was not enough. */
export function toldByFirstApproval({ releaseId: subjectId, stage }: ReleaseState): Told | undefined {
  const approval = stage.name === "quarantined" ? stage : stage.name === "approved" ? stage.first : undefined;
  if (approval === undefined) return undefined;
  const { approvedBy: person, approvedTime: time } = approval;
  const kind = "HISTORY_KIND_RELEASE_QUARANTINED";
  return told({ kind, time, person, subjectId, entryCount: countOf(stage) }, subjectId);
}

/** That a release was approved, or refused by a person. */
export function toldByDecision(release: ReleaseState): Told | undefined {
  const { releaseId: subjectId, stage } = release;
  if (stage.name === "refused") return refusalOf(release, stage);
  if (stage.name !== "approved") return undefined;
  const { approvedTime: time, approvedBy: person } = stage;
  const kind = "HISTORY_KIND_RELEASE_APPROVED";
  return told({ kind, time, person, subjectId, entryCount: countOf(stage) }, subjectId);
}

/** That one was refused though it was approved. */
export function toldByLateRefusal(release: ReleaseState, set: Pick<HashSetState, "activations">): Told | undefined {
  const { stage } = release;
  if (stage.name !== "approved" || stage.refused === undefined || !isEnded(release, set)) return undefined;
  return refusalOf(release, stage.refused);
}

function refusalOf({ releaseId: subjectId, stage }: ReleaseState, { by: person, time, reason }: Refusal): Told {
  const kind = "HISTORY_KIND_RELEASE_REFUSED";
  return told({ kind, time, person, reason, subjectId, entryCount: countOf(stage) }, subjectId);
}

function countOf(stage: ReleaseState["stage"]): bigint {
  return BigInt("entryCount" in stage ? stage.entryCount : 0);
}

export function toldByRequest(revocation: RevocationState): Told {
  const { requestedTime: time, requestedBy: person } = revocation;
  const kind = revocation.restores ? "HISTORY_KIND_RESTORATION_REQUESTED" : "HISTORY_KIND_REVOCATION_REQUESTED";
  return ofRevocation(revocation, { kind, time, person });
}

/** That it was approved, or withdrawn before. */
export function toldByApproval(revocation: RevocationState): Told | undefined {
  const { stage, restores } = revocation;
  if (stage.name === "withdrawn") {
    const { time, by: person } = stage;
    return ofRevocation(revocation, { kind: "HISTORY_KIND_REVOCATION_WITHDRAWN", time, person });
  }
  const approval = approvalOf(stage);
  if (approval === undefined) return undefined;
  const kind = restores ? "HISTORY_KIND_RESTORATION_APPROVED" : "HISTORY_KIND_REVOCATION_APPROVED";
  return ofRevocation(revocation, { kind, time: approval.time, person: approval.by });
}

export function toldByEffect(revocation: RevocationState): Told | undefined {
  const { stage } = revocation;
  if (stage.name !== "effective") return undefined;
  const kind = revocation.restores ? "HISTORY_KIND_RESTORATION_EFFECTIVE" : "HISTORY_KIND_REVOCATION_EFFECTIVE";
  return ofRevocation(revocation, { kind, time: stage.time });
}

function ofRevocation(
  { revocationId: subjectId, reason, entryCount }: RevocationState,
  act: Pick<HistoryEntry, "kind"> & { time: Date; person?: string },
): Told {
  return told({ ...act, subjectId, reason, entryCount: BigInt(entryCount) }, subjectId);
}

/** That somebody carried a release away: what was in the file, or how much it could be where it broke off. */
export function toldByExport(
  { releaseId: subjectId, entryCount, format, written, by: person, time }: ExportState,
  id: string,
): Told {
  const kind = "HISTORY_KIND_RELEASE_EXPORTED";
  const as = format === "EXPORT_FORMAT_VICS_JSON" ? "VICS" : "CSV";
  const of = written === undefined ? ", not whole: at most" : written === entryCount ? "" : `, of ${entryCount}`;
  return told({ kind, time, person, subjectId, reason: `${as}${of}`, entryCount: BigInt(written ?? entryCount) }, id);
}

/** That somebody looked at entries, on the day that began so; how many by now. */
export function toldByRead({ releaseId: subjectId, entryCount, by: person, time }: ReadState, id: string): Told {
  return told({ kind: "HISTORY_KIND_ENTRIES_READ", time, person, subjectId, entryCount: BigInt(entryCount) }, id);
}

/** The newest first; of one time in the order of their keys, the last one first: as a store orders by time and id. */
export function newestFirst(a: Pick<Told, "time" | "key">, b: Pick<Told, "time" | "key">): number {
  return b.time.getTime() - a.time.getTime() || (a.key < b.key ? 1 : a.key > b.key ? -1 : 0);
}
