import { isSamePerson } from "@ntd/facts";
import type { Decision, QueueReason } from "@ntd/proto/casework/v1/case";
import { isLookLane, isWaiting, queued, type CaseFile } from "../cases/case.ts";
import { withDecidedOn } from "../precedents/decided-on.ts";
import { wrongState, type Refusal } from "../refusal.ts";

/** When another person looks: before the decision is told, or afterwards; sampled is as after, for a share. */
export type LookKind = "before" | "after" | "sampled";

/** A person's decision that another person looks at without knowing what was decided. */
export interface SecondLook {
  kind: LookKind;
  /** With `before` it is not among the case's decisions: nobody hears of it until another person says the same. */
  first: Decision;
  /** Why and since when the case waited when it was decided. */
  reason: QueueReason;
  queuedTime: Date;
  sinceTime: Date;
  dueTime: Date;
  overdue?: true;
  /** Both decide on the same evidence, or the look is void. */
  evidenceRevision: number;
  /** Who has the look in hand, where the case itself waits for nobody. */
  claim?: { holder: string; claimExpireTime: Date };
  /** What the other one decided, where they disagree: nobody hears of it either. A supervisor decides. */
  other?: Decision;
}

/** A second look that is over. */
export interface DoneLook {
  kind: LookKind;
  first: Decision;
  outcome: "agreed" | "disagreed" | "void";
  /** Of the other person, if one decided. */
  lookedBy?: string;
  lookedTime?: Date;
  other?: Decision;
}

/** Looks that are kept in their case. */
const KEPT = 10;

/** The look that waits for another person, or for a supervisor. One at a decision that is not the case's last is none. */
export function openLook({ second, progress, decisions }: CaseFile): SecondLook | undefined {
  if (second === undefined || progress.kind === "held") return undefined;
  if (isWaiting(progress)) return isLookLane(progress.reason) ? second : undefined;
  const isAfter = second.kind !== "before" && second.other === undefined;
  const isOfLast = decisions.at(-1)?.decisionId === second.first.decisionId;
  return isAfter && isOfLast && progress.kind === "decided" ? second : undefined;
}

/** The look whose decision is not to be seen by who may look: it waits for another person, or will. */
export function blindLook(file: CaseFile): SecondLook | undefined {
  const look = file.progress.kind === "held" ? file.second : openLook(file);
  return look?.other === undefined ? look : undefined;
}

/** The case waits for another person before what was decided is told. */
export function asksBefore({ claimed, look }: { claimed: CaseFile; look: SecondLook }, now: Date): CaseFile {
  const progress = { kind: "queued", reason: "QUEUE_REASON_SECOND_LOOK", queuedTime: now } as const;
  // The number of its decision is taken, whatever becomes of it.
  const kept = withDecidedOn(claimed, look.first.decisionId);
  return { ...kept, progress, second: look, undoneCount: (claimed.undoneCount ?? 0) + 1 };
}

/** Whether a decision waits for another person before it is told, and nobody has contradicted it. */
export function waitsUntold(file: CaseFile): boolean {
  const look = openLook(file);
  return look?.kind === "before" && look.other === undefined;
}

/** Taken back by who decided, before another person has decided too: they have the case, as it was. */
export function takenBack(file: CaseFile, person: string, now: Date, claimMs: number): CaseFile | Refusal {
  const { second, ...rest } = file;
  if (second === undefined || !isSamePerson(second.first.decidedBy, person)) return NOT_YOURS_TO_UNDO;
  const { reason, queuedTime, first } = second;
  const claimExpireTime = new Date(now.getTime() + claimMs);
  return {
    ...rest,
    progress: { kind: "claimed", reason, queuedTime, holder: person, claimExpireTime },
    undone: [...(file.undone ?? []), { decision: first, undoneBy: person, undoneTime: now }].slice(-KEPT),
  };
}

/**
 * A look at a decision that was made on other evidence is void: the case is a person's again, as new evidence. What is
 * held back is told first.
 */
export function withoutVoidLook(file: CaseFile, now: Date): CaseFile {
  const look = openLook(file);
  if (look === undefined || look.evidenceRevision === file.evidenceRevision) return file;
  const { progress } = file;
  const reason = "QUEUE_REASON_NEW_EVIDENCE";
  const rest = withoutLook(file, "void");
  return isWaiting(progress) ? { ...rest, progress: { ...progress, reason } } : queued(rest, reason, now);
}

/** A supervisor's decision ends the disagreement that it settles. */
export function withSettledLook(file: CaseFile): CaseFile {
  return file.second?.other === undefined ? file : withoutLook(file, "disagreed", file.second.other);
}

/** In somebody's hand. */
export function withClaim(file: CaseFile, claim: NonNullable<SecondLook["claim"]>): CaseFile {
  return file.second === undefined ? file : { ...file, second: { ...file.second, claim } };
}

/** Given back: others may take it. */
export function withoutClaim(file: CaseFile): CaseFile {
  if (file.second?.claim === undefined) return file;
  const { claim: _, ...second } = file.second;
  return { ...file, second };
}

/** One that is not done in time is marked, and stays. */
export function withOverdue(file: CaseFile, now: Date): CaseFile {
  const look = openLook(file);
  if (look === undefined || look.overdue === true || look.dueTime > now) return file;
  return { ...file, second: { ...look, overdue: true } };
}

/** When a look is overdue; undefined for one that is marked. */
export function lookDueTime(file: CaseFile): Date | undefined {
  const look = openLook(file);
  return look?.overdue === true ? undefined : look?.dueTime;
}

/** The look is over. */
export function withoutLook({ second, ...file }: CaseFile, outcome: DoneLook["outcome"], other?: Decision): CaseFile {
  if (second === undefined) return file;
  const { kind, first } = second;
  const looked = other && { lookedBy: other.decidedBy, lookedTime: other.decidedTime };
  const done = { kind, first, outcome, ...looked, ...(outcome === "disagreed" && other && { other }) } as DoneLook;
  return { ...file, looks: [...(file.looks ?? []), done].slice(-KEPT) };
}

const NOT_YOURS_TO_UNDO = wrongState(
  "It waits for a second look. Who decided may undo it; you may claim it and decide.",
);
