import { MACHINE } from "@ntd/facts";
import { queued, toldDecisions, withReports, type CaseFile } from "../cases/case.ts";
import { decidingHits } from "../cases/policy.ts";
import { withDecisionTold } from "../doubts/doubt.ts";
import type { Refusal } from "./claim.ts";

/** Undone decisions that are kept. */
const KEPT = 5;

/**
 * The decision that took `before` to `after` held back, so that a wrong click hurts nobody. Told at once where a hit
 * decides the same by itself, and where police reported it: life may be at risk.
 */
export function heldBack(before: CaseFile, after: CaseFile, now: Date, holdBackMs: number): CaseFile {
  const { progress } = before;
  if (progress.kind !== "claimed" || holdBackMs === 0 || isUrgent(after) || isSure(after)) {
    return withDecisionTold(after, now);
  }
  const { reason, queuedTime, holder } = progress;
  const dueTime = new Date(now.getTime() + holdBackMs);
  return { ...after, progress: { kind: "held", reason, queuedTime, holder, dueTime } };
}

/** When a decision that is held back is told; undefined when none is. */
export function heldUntil(file: CaseFile): Date | undefined {
  const { progress } = file;
  if (progress.kind !== "held") return undefined;
  return isUrgent(file) ? new Date(0) : progress.dueTime;
}

/** The decision told when it is due. */
export function toldWhenDue(file: CaseFile, now: Date): CaseFile {
  const due = heldUntil(file);
  return due !== undefined && due <= now ? withHeldTold(file, now) : file;
}

// What came meanwhile brings the case back at once.
function withHeldTold(file: CaseFile, now: Date): CaseFile {
  const { progress } = file;
  const told = withDecisionTold({ ...file, progress: { kind: "decided" } }, now);
  return progress.kind === "held" && progress.newHits === true
    ? queued(told, "QUEUE_REASON_NEW_EVIDENCE", now)
    : withReports(told, file.reports, now);
}

/** The decision taken back before anybody heard of it: `person` has the case, as it was. */
export function undone(file: CaseFile, person: string, now: Date, claimMs: number): CaseFile | Refusal {
  const { progress, decisions, undone: earlier = [], undoneCount = 0 } = file;
  const decision = decisions.at(-1);
  if (decision === undefined) return { refused: "WRONG_STATE", detail: "It has no decision." };
  if (progress.kind !== "held") {
    return { refused: "WRONG_STATE", detail: "Its decision is already published. Reopen the case instead." };
  }
  const { queuedTime, newHits } = progress;
  const stands = toldDecisions(file);
  // What a machine decided may have fallen meanwhile, and its reason says so.
  const known = stands.length === 0 || stands.at(-1)?.decidedBy === MACHINE;
  const reason = newHits === true && !known ? "QUEUE_REASON_NEW_EVIDENCE" : progress.reason;
  const claimExpireTime = new Date(now.getTime() + claimMs);
  return {
    ...file,
    progress: { kind: "claimed", reason, queuedTime, holder: person, claimExpireTime },
    decisions: stands,
    undoneCount: undoneCount + 1,
    undone: [...earlier, { decision, undoneBy: person, undoneTime: now }].slice(-KEPT),
  };
}

function isUrgent({ reports }: CaseFile): boolean {
  return reports.police === true;
}

function isSure({ decisions, match }: CaseFile): boolean {
  return decisions.at(-1)?.verdict === "VERDICT_ILLEGAL" && decidingHits(match?.hits ?? []).length > 0;
}
