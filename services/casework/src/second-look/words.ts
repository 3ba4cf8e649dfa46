import type { Decision } from "@ntd/proto/casework/v1/case";
import { queued, type CaseFile } from "../cases/case.ts";
import { inDoubt, withDecisionTold } from "../doubts/doubt.ts";
import { seenByBoth } from "../views/seen-file.ts";
import { waitsUntold, withoutLook, type SecondLook } from "./second-look.ts";

/**
 * What the other person decided, who did not know of the first. The same verdict closes the look, and tells what was not
 * told; another one is a supervisor's to settle, and a word against an "illegal" that is told.
 */
export function lookedAt(file: CaseFile, other: Decision, now: Date, dueMs: number): CaseFile {
  const { second } = file;
  if (second === undefined) return file;
  if (other.verdict === second.first.verdict) {
    const done = withoutLook(file, "agreed", other);
    const first = seenByBoth(second.first, other);
    if (second.kind === "before") return told(done, first, now);
    const decisions = done.decisions.map((one) => (one.decisionId === first.decisionId ? seenByBoth(one, other) : one));
    return { ...done, decisions };
  }
  const { claim: _, overdue: __, ...look } = second;
  const dueTime = new Date(now.getTime() + dueMs);
  const apart: CaseFile = { ...file, second: { ...look, other, sinceTime: now, dueTime } };
  if (second.kind === "before") {
    return { ...apart, progress: { kind: "queued", reason: "QUEUE_REASON_DISAGREEMENT", queuedTime: now } };
  }
  const waiting = queued(apart, "QUEUE_REASON_DISAGREEMENT", now);
  return inDoubt(waiting, { cause: "DOUBT_CAUSE_SECOND_LOOK", by: [other.decidedBy], now });
}

/** Life is at risk: what waits for a second look is told at once, and looked at afterwards. A disagreement is not told. */
export function toldBeforeLook(file: CaseFile, now: Date): CaseFile {
  const { second, progress } = file;
  if (!waitsUntold(file) || second === undefined) return file;
  const look: SecondLook = { ...second, kind: "after" };
  if (progress.kind === "claimed") {
    look.claim = { holder: progress.holder, claimExpireTime: progress.claimExpireTime };
  }
  return told({ ...file, second: look }, second.first, now);
}

function told({ undoneCount = 1, ...file }: CaseFile, first: Decision, now: Date): CaseFile {
  const decisions = [...file.decisions, first];
  return withDecisionTold({ ...file, undoneCount: undoneCount - 1, progress: { kind: "decided" }, decisions }, now);
}
