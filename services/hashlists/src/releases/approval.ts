import { isSamePerson, personsFor } from "@ntd/facts";
import { quarantineReasons, type Comparison } from "../comparison/comparison.ts";
import { latelyIn, type Lately, type LetIn } from "./let-in.ts";
import { comparedWith, isOpen, refusedIn, wholeOf, type Approval, type Open, type ReleaseState } from "./release.ts";

/** A person's word for a release: what they saw of it, and how many entries they know that it removes. */
export interface ApprovalGiven {
  by: string;
  now: Date;
  comparison: Comparison;
  /** The set's, as it was compared. */
  counter: number;
  /** What one approver each let in within a day beside this release. */
  lately?: Lately | undefined;
  confirmRemoved: number | undefined;
  /** And how many they know that it takes back for good. */
  confirmTakenBack?: number | undefined;
  /** How many rows of its file were refused, as they know. */
  confirmRefused?: number | undefined;
  /** How many columns are not kept that may have classes, as they know. */
  confirmClassColumns?: number | undefined;
}

/**
 * Approves a release by a second person, or puts it in quarantine, where so much is other that it takes a third one who
 * says how many entries it removes; the name of the problem when that cannot be.
 */
export function approve(
  release: ReleaseState,
  given: ApprovalGiven,
): ReleaseState | "WRONG_STATE" | "SAME_PERSON" | Unconfirmed {
  if (!isOpen(release)) return "WRONG_STATE";
  const { by, now, comparison, counter, lately, confirmRemoved, confirmTakenBack } = given;
  const { stage, uploadedBy } = release;
  const reasons = quarantineReasons(comparison, lately);
  // Where one suffices by now, as a day behind instalments, who said a first word may say it.
  const first = reasons.length === 0 ? undefined : firstWord(stage, comparison);
  const others = [uploadedBy, ...(first ? [first.approvedBy] : [])];
  if (personsFor(["approve_release"]) === 2 && others.some((other) => isSamePerson(other, by))) return "SAME_PERSON";
  const unread = unconfirmedOfFile(stage, given);
  if (unread !== undefined) return unread;
  const { added, removed, reclassed, revoted = 0, activeReleaseId: approvedAgainst } = comparison;
  const seen = { approvedAgainst, approvedCounter: counter, approvedOther: { added, removed, reclassed, revoted } };
  const approval = { approvedBy: by, approvedTime: now, ...seen };
  const next = comparedWith(release, newest(release.comparison, comparison));
  const whole = wholeOf(stage);
  if (reasons.length === 0) return { ...next, stage: { ...whole, ...approval, name: "approved" } };
  if (first === undefined) return { ...next, stage: { ...whole, ...approval, name: "quarantined" } };
  if (confirmRemoved !== comparison.removed) return "UNCONFIRMED";
  const takesBack = reasons.includes("QUARANTINE_REASON_TAKES_BACK");
  if (takesBack && confirmTakenBack !== comparison.takenBack) return "UNCONFIRMED_TAKEN_BACK";
  return { ...next, stage: { ...whole, ...approval, name: "approved", first } };
}

type OfFile = "UNCONFIRMED_REFUSED" | "UNCONFIRMED_CLASS_COLUMNS";
type Unconfirmed = "UNCONFIRMED" | "UNCONFIRMED_TAKEN_BACK" | OfFile;

// What its file says and the release does not: it acts without that only if somebody says so.
function unconfirmedOfFile(
  { report, classColumns = 0 }: Open,
  { confirmRefused, confirmClassColumns }: ApprovalGiven,
): OfFile | undefined {
  const refused = refusedIn(report);
  if (refused > 0 && confirmRefused !== refused) return "UNCONFIRMED_REFUSED";
  if (classColumns > 0 && confirmClassColumns !== classColumns) return "UNCONFIRMED_CLASS_COLUMNS";
  return undefined;
}

/**
 * What counts beside a release of what one approver each let in within a day: nothing beside a single entry that is
 * proposed as innocent, which has the word of two of its own and does not count either.
 */
export function latelyBeside(release: ReleaseState, set: { letIn?: readonly LetIn[] }, now: Date): Lately | undefined {
  return isSingle(release) ? undefined : latelyIn(set, now, release.releaseId);
}

/** What is noted of a release by its comparison, where one approver lets it in; undefined where nothing is. */
export function letInBy(release: ReleaseState, comparison: Comparison, now: Date): LetIn | undefined {
  const { activeEntryCount: of, added, removed, reclassed, revoted = 0, takenBack = 0 } = comparison;
  if (of === 0 || isSingle(release)) return undefined;
  return { releaseId: release.releaseId, time: now, of, added, removed, reclassed, revoted, takenBack };
}

function isSingle({ stage }: ReleaseState): boolean {
  return "negativeEntry" in stage && stage.negativeEntry !== undefined;
}

// Of something else than the second one sees nobody said a first word: who did may say it again.
function firstWord(stage: Open, comparison: Comparison): Approval | undefined {
  if (stage.name !== "quarantined") return undefined;
  const { approvedBy, approvedTime } = stage;
  const { activeReleaseId: releaseId, restoredCounter = 0, takenBack = 0 } = comparison;
  const since = sinceApproval(stage, { active: { releaseId }, restoredCounter });
  // What was given back may be what its lines take back again.
  const isSeen = since === undefined || (since === "restoration" && takenBack === 0 && isAsApproved(stage, comparison));
  return isSeen ? { approvedBy, approvedTime } : undefined;
}

// What stands on it may have become known since it was looked at.
function newest(kept: Comparison | undefined, given: Comparison): Comparison {
  const isSame = kept?.activeReleaseId === given.activeReleaseId && kept.restoredCounter === given.restoredCounter;
  return isSame && kept.time >= given.time ? kept : given;
}

/** What a set has in force, and when entries of it were given back last. */
interface InForce {
  active?: { releaseId: string };
  restoredCounter?: number;
}

/**
 * What came into force since a release was approved, of which its approvers saw nothing; undefined where nothing did.
 * Approvals of earlier versions do not say what they saw: they count for what is.
 */
export function sinceApproval(
  { approvedAgainst, approvedCounter }: Approval,
  { active, restoredCounter = 0 }: InForce,
): "release" | "restoration" | undefined {
  const inForce = active?.releaseId ?? "";
  if ((approvedAgainst ?? inForce) !== inForce) return "release";
  return restoredCounter > (approvedCounter ?? restoredCounter) ? "restoration" : undefined;
}

/** Whether no more is other by now than its approvers saw. */
export function isAsApproved({ approvedOther }: Approval, now: Comparison): boolean {
  if (approvedOther === undefined) return false;
  const { added, removed, reclassed, revoted = 0 } = approvedOther;
  const { revoted: nowRevoted = 0 } = now;
  return now.added <= added && now.removed <= removed && now.reclassed <= reclassed && nowRevoted <= revoted;
}
