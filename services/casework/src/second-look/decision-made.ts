import { derivedId } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { toldIllegal } from "../doubts/doubt.ts";
import { heldBack } from "../queue/hold-back.ts";
import { lookKindOf, type Circumstances, type LookRules } from "./rules.ts";
import { asksBefore, openLook, withSettledLook, type SecondLook } from "./second-look.ts";
import { lookedAt } from "./words.ts";

/**
 * What becomes of the decision that took `before` to `after`: another person's word in a second look; told once another
 * person has looked; or told when the hold-back is over, and looked at then, if at all. A supervisor's ends the
 * disagreement, and is looked at by nobody.
 */
export function decisionMade(
  before: CaseFile,
  after: CaseFile,
  of: Circumstances,
  { rules, holdBackMs, now }: { rules: LookRules; holdBackMs: number; now: Date },
): CaseFile {
  const decision = after.decisions.at(-1);
  const { progress } = before;
  if (decision === undefined) return after;
  const open = openLook(before);
  if (open?.other !== undefined) {
    const told = heldBack(before, after, now, holdBackMs);
    return told.progress.kind === "held" ? told : withSettledLook(told);
  }
  if (open !== undefined) {
    const decisionId = opinionIdOf(open);
    return lookedAt(before, { ...decision, decisionId }, now, rules.dueMs);
  }
  const { second: _, ...rest } = after;
  // "Not illegal" on what others know of as "illegal" takes two persons anyhow.
  const isOwn = decision.verdict === "VERDICT_ILLEGAL" || toldIllegal(before) === undefined;
  const known = progress.kind === "claimed" ? { ...of, reason: progress.reason } : of;
  const kind = isOwn ? lookKindOf(after, known, rules) : "none";
  if (progress.kind !== "claimed" || kind === "none") return heldBack(before, rest, now, holdBackMs);
  const { reason, queuedTime } = progress;
  const dueTime = new Date(now.getTime() + rules.dueMs);
  const { evidenceRevision } = after;
  const look: SecondLook = { kind, first: decision, reason, queuedTime, sinceTime: now, dueTime, evidenceRevision };
  if (kind === "before") return asksBefore({ claimed: before, look }, now);
  return heldBack(before, { ...rest, second: look }, now, holdBackMs);
}

/** Of what the other one says: never a decision's of the case. */
function opinionIdOf({ first }: SecondLook): string {
  return derivedId("second look", first.decisionId);
}
