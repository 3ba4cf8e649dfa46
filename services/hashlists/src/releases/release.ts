import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { FormatName } from "../formats/list-format.ts";
import { isSamePerson, personsFor } from "@ntd/facts";
import type { ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { AnsweredRequest } from "@ntd/rpc";
import { quarantineReasons, type Comparison } from "../comparison/comparison.ts";

/** One upload of a full list. "Superseded" is not stored: it is computed from the set. */
export interface ReleaseState {
  schemaVersion: 1;
  releaseId: string;
  setId: string;
  uploadedBy: string;
  uploadedTime: Date;
  stage: Stage;
  /** Parts whose entries are of no use any more and wait to be removed. */
  leftovers: string[];
  /** When the cleaner may take it, if there is something to clean. */
  cleanAt?: Date;
  requests: AnsweredRequest<ReleaseInfo>[];
  /** What it takes back is taken back. */
  tookBack?: true;
  /** With what was in force when it was compared last; absent where it never was. */
  comparison?: Comparison;
}

/** Entries that a release takes back for one cause; their ids hang on `part`. */
export interface Tombstones {
  cause: RevocationCause;
  part: string;
  count: number;
}

/** Entries hang on a part, one for each attempt to upload, so that what broke off never mixes with what came whole. */
export type Stage =
  | { name: "uploading"; part: string; leaseUntil: Date }
  | { name: "abandoned" }
  /** Nothing is left of it, and its document goes next: no attempt begins in between. */
  | { name: "removed" }
  | ({ name: "rejected"; digest: string; problemCount: number; problems: LineFault[] } & Read)
  | ({ name: "validated" } & Whole)
  /** Approved by one person, and so much is other that it takes another one. */
  | ({ name: "quarantined" } & Whole & Approval)
  | ({ name: "approved" } & Whole & Approval & { first?: Approval })
  | { name: "refused"; digest: string; entryCount: number; by: string; time: Date; reason: string };

/** How its file was read; absent in releases of version 0.2. */
interface Read {
  format?: FormatName;
  fileName?: string;
  remarks?: string[];
}

interface Whole extends Read {
  digest: string;
  part: string;
  entryCount: number;
  tombstones?: Tombstones[];
}

export interface Approval {
  approvedBy: string;
  approvedTime: Date;
}

/** What is wrong in a line of the file, and how to mend it. */
export interface LineFault {
  line: number;
  field: string;
  problem: string;
}

export type Outcome =
  | ({ name: "rejected"; digest: string; problemCount: number; problems: LineFault[] } & Read)
  | ({ name: "validated" } & Omit<Whole, "part">);

type Begin = Pick<ReleaseState, "releaseId" | "setId" | "uploadedBy"> & { part: string; now: Date; leaseUntil: Date };

/** Begins an upload, anew if an attempt broke off; undefined when it was uploaded before. */
export function beginUpload(before: ReleaseState | undefined, begin: Begin): ReleaseState | undefined {
  const { releaseId, setId, uploadedBy, part, now, leaseUntil } = begin;
  const stage: Stage = { name: "uploading", part, leaseUntil };
  if (before === undefined) {
    return { schemaVersion: 1, releaseId, setId, uploadedBy, uploadedTime: now, stage, leftovers: [], requests: [] };
  }
  if (before.stage.name === "abandoned") return { ...before, setId, uploadedTime: now, stage };
  if (before.stage.name !== "uploading") return undefined;
  return { ...leaving(before, before.stage.part, now), setId, uploadedTime: now, stage };
}

/** Ends an upload that came whole; undefined when another attempt took its place or it was given up. */
export function finishUpload(
  release: ReleaseState,
  part: string,
  outcome: Outcome,
  now: Date,
): ReleaseState | undefined {
  if (!isUploading(release, part)) return undefined;
  if (outcome.name === "validated") return { ...release, stage: { ...outcome, part } };
  return { ...leaving(release, part, now), stage: outcome };
}

/** Gives an attempt up: its entries are left to the cleaner. One that came whole stays: only its answer was lost. */
export function abandonUpload(release: ReleaseState, part: string, now: Date): ReleaseState {
  if (partOf(release) === part) return release;
  const left = leaving(release, part, now);
  return isUploading(release, part) ? { ...left, stage: { name: "abandoned" } } : left;
}

/** A person's word for a release: what they saw of it, and how many entries they know that it removes. */
export interface ApprovalGiven {
  by: string;
  now: Date;
  comparison: Comparison;
  confirmRemoved: number | undefined;
  /** And how many they know that it takes back for good. */
  confirmTakenBack?: number | undefined;
}

/**
 * Approves a release by a second person, or puts it in quarantine, where so much is other that it takes a third one who
 * says how many entries it removes; the name of the problem when that cannot be.
 */
export function approve(
  release: ReleaseState,
  { by, now, comparison, confirmRemoved, confirmTakenBack }: ApprovalGiven,
): ReleaseState | "WRONG_STATE" | "SAME_PERSON" | "UNCONFIRMED" | "UNCONFIRMED_TAKEN_BACK" {
  if (!isOpen(release)) return "WRONG_STATE";
  const { stage, uploadedBy } = release;
  const first =
    stage.name === "quarantined" ? { approvedBy: stage.approvedBy, approvedTime: stage.approvedTime } : undefined;
  const others = [uploadedBy, ...(first ? [first.approvedBy] : [])];
  if (personsFor(["approve_release"]) === 2 && others.some((other) => isSamePerson(other, by))) return "SAME_PERSON";
  const approval = { approvedBy: by, approvedTime: now };
  const next = comparedWith(release, newest(release.comparison, comparison));
  const whole = wholeOf(stage);
  const reasons = quarantineReasons(comparison);
  if (reasons.length === 0) return { ...next, stage: { ...whole, ...approval, name: "approved" } };
  if (first === undefined) return { ...next, stage: { ...whole, ...approval, name: "quarantined" } };
  if (confirmRemoved !== comparison.removed) return "UNCONFIRMED";
  const takesBack = reasons.includes("QUARANTINE_REASON_TAKES_BACK");
  if (takesBack && confirmTakenBack !== comparison.takenBack) return "UNCONFIRMED_TAKEN_BACK";
  return { ...next, stage: { ...whole, ...approval, name: "approved", first } };
}

type Open = Extract<Stage, { name: "validated" | "quarantined" }>;

/** Whether a person may still approve or refuse it. */
export function isOpen(release: ReleaseState): release is ReleaseState & { stage: Open } {
  return release.stage.name === "validated" || release.stage.name === "quarantined";
}

/** Ends a release by a person's word; undefined when it is approved, or is over. */
export function refuse(release: ReleaseState, by: string, reason: string, now: Date): ReleaseState | undefined {
  if (!isOpen(release)) return undefined;
  const { digest, entryCount, part } = release.stage;
  const stage: Stage = { name: "refused", digest, entryCount, by, time: now, reason };
  return { ...leaving(release, part, now), stage };
}

/** Notes what it would change. */
export function comparedWith(release: ReleaseState, comparison: Comparison): ReleaseState {
  return { ...release, comparison };
}

// What stands on it may have become known since it was looked at.
function newest(kept: Comparison | undefined, given: Comparison): Comparison {
  return kept?.activeReleaseId === given.activeReleaseId && kept.time >= given.time ? kept : given;
}

/** Where its entries hang; undefined when it has none. */
export function partOf({ stage }: Pick<ReleaseState, "stage">): string | undefined {
  return stage.name === "validated" || stage.name === "quarantined" || stage.name === "approved"
    ? stage.part
    : undefined;
}

/** The release before anybody approved or refused it. */
export function asUploaded(release: ReleaseState): ReleaseState {
  const { stage } = release;
  if (stage.name === "refused") {
    // Its entries are gone; what was answered then names none of them.
    const { digest, entryCount } = stage;
    return { ...release, stage: { name: "validated", digest, entryCount, part: "" } };
  }
  if (stage.name !== "approved" && stage.name !== "quarantined") return release;
  return { ...release, stage: { ...wholeOf(stage), name: "validated" } };
}

// What was uploaded, without what persons said of it.
function wholeOf(stage: Whole & Partial<Approval & { name: string; first: Approval }>): Whole {
  const { name: _, approvedBy: __, approvedTime: ___, first: ____, ...whole } = stage;
  return whole;
}

/** Long enough for a process that was stopped in the middle of an attempt to say what it left. */
const ABANDONED_KEPT_MS = 24 * 3_600_000;

/** Takes what is due to be cleaned until `until`; an attempt whose time is over is given up by that. */
export function claimCleaning(release: ReleaseState, now: Date, until: Date): ReleaseState | undefined {
  const { stage } = release;
  const due = cleanDueAt(release);
  if (due === undefined || due > now) return undefined;
  if (stage.name === "abandoned" && release.leftovers.length === 0) {
    return { ...release, stage: { name: "removed" }, cleanAt: until };
  }
  const left =
    stage.name === "uploading" && stage.leaseUntil <= now ? abandonUpload(release, stage.part, now) : release;
  return { ...left, cleanAt: until };
}

/** These parts have no entries any more; what else is left over may be taken up at once. */
export function cleaned(release: ReleaseState, parts: readonly string[], now: Date): ReleaseState {
  const { cleanAt: _, ...rest } = release;
  const leftovers = release.leftovers.filter((part) => !parts.includes(part));
  if (leftovers.length > 0) return { ...rest, leftovers, cleanAt: now };
  if (release.stage.name !== "abandoned") return { ...rest, leftovers };
  return { ...rest, leftovers, cleanAt: new Date(now.getTime() + ABANDONED_KEPT_MS) };
}

/** When the cleaner has something to do: leftovers, or an upload that nobody goes on with. */
export function cleanDueAt({ stage, leftovers, cleanAt }: ReleaseState): Date | undefined {
  const isToGo = leftovers.length > 0 || stage.name === "abandoned" || stage.name === "removed";
  if (isToGo && cleanAt !== undefined) return cleanAt;
  return stage.name === "uploading" ? stage.leaseUntil : undefined;
}

/** Whether it takes entries back, and has not yet: whose set's it does. */
export function takesBackIn({ stage, setId, tookBack }: ReleaseState): string | undefined {
  if (stage.name !== "approved" || tookBack === true) return undefined;
  return (stage.tombstones ?? []).length > 0 ? setId : undefined;
}

/** Whether people may see it: an upload that is not over, or never was, is nothing yet. */
export function isVisible({ stage }: ReleaseState): boolean {
  return stage.name !== "uploading" && stage.name !== "abandoned" && stage.name !== "removed";
}

function isUploading({ stage }: ReleaseState, part: string): boolean {
  return stage.name === "uploading" && stage.part === part;
}

function leaving(release: ReleaseState, part: string, now: Date): ReleaseState {
  return { ...release, leftovers: [...new Set([...release.leftovers, part])], cleanAt: now };
}
