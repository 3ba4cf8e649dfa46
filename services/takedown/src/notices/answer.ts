import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
import type { FieldFault } from "@ntd/service";
import { isWord, revisionFault, WORD } from "./faults.ts";
import type { Notice, NoticeTarget } from "./notice.ts";
import { isWithdrawn } from "./rejection.ts";

/** Answers to one target beyond this are refused: a document has an end. */
export const MAX_ANSWERS = 100;

export type Received = { notice: Notice } | { refused: FieldFault } | { tooMany: true };

/** "Durably mine." One to an older revision is kept and changes nothing else. */
export function acknowledge(notice: Notice, revision: number, now: Date): Received {
  const fault = revisionFault(notice, revision);
  if (fault !== undefined) return { refused: fault };
  if (notice.acknowledgements.some((a) => a.revision === revision)) return { notice };
  const kept = { ...notice, acknowledgements: [...notice.acknowledgements, { revision, receivedTime: now }] };
  return { notice: revision === notice.revision ? acknowledged(kept, now) : kept };
}

/** What the provider says it did. Kept beside earlier answers; implies acknowledgement. */
export function report(notice: Notice, revision: number, outcomes: readonly TargetOutcome[], now: Date): Received {
  const fault = revisionFault(notice, revision) ?? outcomesFault(notice, outcomes);
  if (fault !== undefined) return { refused: fault };
  const targets = notice.targets.map((target) => answered(target, revision, outcomes, now));
  if (targets.some((t) => t.answers.length > MAX_ANSWERS)) return { tooMany: true };
  if (revision < notice.revision) return { notice: { ...notice, targets } };
  const next = acknowledged({ ...notice, targets }, now);
  const whole = targets.every((t) => t.answers.some((a) => a.revision === revision));
  return { notice: whole && next.answeredTime === undefined ? { ...next, answeredTime: now } : next };
}

/** Somebody must look for another provider, and nobody was told yet. */
export function leadsBack(notice: Notice): boolean {
  if (notice.ledBack) return false;
  if (isWithdrawn(notice)) return true;
  return notice.targets.some((t) =>
    t.answers.some((a) => a.revision === notice.revision && a.outcome === "OUTCOME_NOT_HOSTED_HERE"),
  );
}

function acknowledged(notice: Notice, now: Date): Notice {
  return notice.acknowledgedTime === undefined ? { ...notice, acknowledgedTime: now } : notice;
}

function answered(target: NoticeTarget, revision: number, outcomes: readonly TargetOutcome[], now: Date): NoticeTarget {
  const said = outcomes.find((o) => o.targetId === target.targetId);
  if (said === undefined) return target;
  const { outcome, cannotComplyReason, measureTime, reference, cannotRestoreReason, disputeGrounds } = said;
  const words = { outcome, cannotComplyReason, cannotRestoreReason, disputeGrounds, disputeText: undefined, reference };
  const answer = { ...words, measureTime, revision, receivedTime: now };
  return { ...target, answers: [...target.answers, answer] };
}

function outcomesFault(notice: Notice, outcomes: readonly TargetOutcome[]): FieldFault | undefined {
  if (outcomes.length === 0) return { field: "outcomes", description: "is empty; name at least one target" };
  const known = new Set(notice.targets.map((t) => t.targetId));
  for (const [index, outcome] of outcomes.entries()) {
    const description = known.delete(outcome.targetId)
      ? outcomeFault(outcome)
      : `target_id is no target of this notice, or is named twice; take it from the notice's payload`;
    if (description !== undefined) return { field: `outcomes[${index}]`, description };
  }
  return undefined;
}

function outcomeFault({ outcome, cannotComplyReason, reference }: TargetOutcome): string | undefined {
  if (outcome === "OUTCOME_UNSPECIFIED" || outcome === "UNRECOGNIZED") return "outcome is not set; set one";
  const reasoned = !["CANNOT_COMPLY_REASON_UNSPECIFIED", "UNRECOGNIZED"].includes(cannotComplyReason);
  if (reasoned !== (outcome === "OUTCOME_CANNOT_COMPLY")) {
    return "cannot_comply_reason goes with CANNOT_COMPLY and with nothing else; mend one of the two";
  }
  return isWord(reference) ? undefined : `reference is no ticket number: ${WORD}`;
}
