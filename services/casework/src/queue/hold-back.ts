import { isByMachine } from "@ntd/facts";
import { queued, toldDecisions, withReports, type CaseFile } from "../cases/case.ts";
import { withDecisionTold } from "../doubts/doubt.ts";
import { isSure, isUrgent } from "../second-look/rules.ts";
import { openLook, takenBack, waitsUntold, withoutVoidLook, withSettledLook } from "../second-look/second-look.ts";
import { toldBeforeLook } from "../second-look/words.ts";
import { wrongState, type Refusal } from "../refusal.ts";

/** Undone decisions that are kept. */
const KEPT = 5;

/**
 * The decision that took `before` to `after` held back, so that a wrong click hurts nobody. Told at once where a hit
 * decides the same by itself, unless a breaker has stopped it, and where police reported it: life may be at risk.
 */
export function heldBack(before: CaseFile, after: CaseFile, now: Date, holdBackMs: number): CaseFile {
  const { progress } = before;
  if (progress.kind !== "claimed" || holdBackMs === 0 || isUrgent(after) || isSure(after, progress.reason)) {
    return withDecisionTold(after, now);
  }
  const { reason, queuedTime, holder } = progress;
  const dueTime = new Date(now.getTime() + holdBackMs);
  return { ...after, progress: { kind: "held", reason, queuedTime, holder, dueTime } };
}

/** When a decision that is held back is told; undefined when none is. A second look alone says when it is over. */
export function heldUntil(file: CaseFile): Date | undefined {
  const { progress } = file;
  if (isUrgent(file)) return progress.kind === "held" || waitsUntold(file) ? new Date(0) : undefined;
  return progress.kind === "held" ? progress.dueTime : undefined;
}

/** The decision told when it is due. */
export function toldWhenDue(file: CaseFile, now: Date): CaseFile {
  const due = heldUntil(file);
  if (due === undefined || due > now) return file;
  if (file.progress.kind !== "held") return toldBeforeLook(file, now);
  return withoutVoidLook(withHeldTold(withSettledLook(file), now), now);
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
  if (waitsUntold(file)) return takenBack(file, person, now, claimMs);
  if (openLook(file)?.other !== undefined && file.progress.kind !== "held") return DISAGREED;
  const { progress, decisions, undone: earlier = [], undoneCount = 0 } = file;
  const decision = decisions.at(-1);
  if (decision === undefined) return wrongState("It has no decision.");
  if (progress.kind !== "held") {
    return wrongState("Its decision is already published. Reopen the case instead.");
  }
  const { queuedTime, newHits } = progress;
  const stands = toldDecisions(file);
  // What a machine decided may have fallen meanwhile, and its reason says so.
  const told = stands.at(-1);
  const known = told === undefined || isByMachine(told);
  const reason = newHits === true && !known ? "QUEUE_REASON_NEW_EVIDENCE" : progress.reason;
  const claimExpireTime = new Date(now.getTime() + claimMs);
  // A disagreement that a supervisor's decision was to end is there again.
  const { second, ...rest } = file;
  return {
    ...rest,
    ...(second?.other && { second }),
    progress: { kind: "claimed", reason, queuedTime, holder: person, claimExpireTime },
    decisions: stands,
    undoneCount: undoneCount + 1,
    undone: [...earlier, { decision, undoneBy: person, undoneTime: now }].slice(-KEPT),
  };
}

const DISAGREED = wrongState(
  "Another person has decided otherwise, and it waits for a third one: it cannot be undone any more.",
);
