import type { Answer } from "@ntd/proto/takedown/v1/notice";
import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
import type { FieldFault, Sealed } from "@ntd/service";
import { revisionFault } from "./faults.ts";
import type { Notice, NoticeTarget } from "../notices/notice.ts";
import { answerFaults } from "./outcome-faults.ts";
import { isAccepted } from "./rejection.ts";
import { actionOf, isProtecting } from "../notices/revision.ts";

/** Answers to one target beyond this are refused: a document has an end. */
export const MAX_ANSWERS = 100;
/** Of one notice with a text why it is disputed: its event carries them all. */
export const MAX_TEXTS = 10;

export type Received = { notice: Notice } | { refused: FieldFault[] } | { tooMany: true };

/** "Durably mine." One to an older revision is kept and changes nothing else. */
export function acknowledge(notice: Notice, revision: number, now: Date): Received {
  const fault = revisionFault(notice, revision);
  if (fault !== undefined) return { refused: [fault] };
  return { notice: acknowledged(notice, revision, now) };
}

/** What a provider says of one target; how it disputes is sealed already. */
export type Said = Omit<TargetOutcome, "disputeText"> & { disputeText?: Sealed | undefined } & Partial<
    Pick<Answer, "hotlineAction" | "hotlineReason">
  >;

/** What the provider says it did. Kept beside earlier answers; implies acknowledgement. */
export function report(notice: Notice, revision: number, outcomes: readonly Said[], now: Date): Received {
  const faults = answerFaults(notice, revision, outcomes);
  if (faults.length > 0) return { refused: faults };
  const next = keep(notice, revision, outcomes, now);
  const { targets } = next;
  const isFull = targets.some((t) => t.answers.length > MAX_ANSWERS) || textsOf(targets) > MAX_TEXTS;
  return isFull ? { tooMany: true } : { notice: next };
}

/** The notice with what is said of it, and what follows from that. Without an outcome it is taken, and not answered. */
export function keep(notice: Notice, revision: number, outcomes: readonly Said[], now: Date): Notice {
  const targets = notice.targets.map((target) => answered(target, revision, outcomes, now));
  if (revision < notice.revision) return { ...notice, targets };
  const next = acknowledged({ ...notice, targets }, revision, now);
  if (actionOf(notice, revision) === "ACTION_RESTORE") return next;
  const whole = targets.every(({ answers }) => answers.some((a) => a.revision === revision && isOutcome(a)));
  return whole && next.answeredTime === undefined ? { ...next, answeredTime: now } : next;
}

function isOutcome({ outcome }: Answer): boolean {
  return outcome !== "OUTCOME_UNSPECIFIED";
}

/** Somebody must look for another provider, and nobody was told yet. */
export function leadsBack(notice: Notice): boolean {
  if (notice.ledBack || notice.withdrawn !== undefined) return false;
  if (isAccepted(notice)) return true;
  return notice.targets.some((t) =>
    t.answers.some((a) => a.revision === notice.revision && a.outcome === "OUTCOME_NOT_HOSTED_HERE"),
  );
}

function textsOf(targets: readonly NoticeTarget[]): number {
  return targets.flatMap((t) => t.answers.filter((a) => a.disputeText !== undefined)).length;
}

// The first receipt of what was asked for is a fact of its own: being told to wait or to restore is not that.
function acknowledged(notice: Notice, revision: number, now: Date): Notice {
  const { acknowledgements, acknowledgedTime } = notice;
  if (acknowledgements.some((a) => a.revision === revision)) return notice;
  const kept = { ...notice, acknowledgements: [...acknowledgements, { revision, receivedTime: now }] };
  const asks = revision === notice.revision && !isProtecting(actionOf(notice, revision) ?? notice.action);
  return asks && acknowledgedTime === undefined ? { ...kept, acknowledgedTime: now } : kept;
}

function answered(target: NoticeTarget, revision: number, outcomes: readonly Said[], now: Date): NoticeTarget {
  const said = outcomes.find((o) => o.targetId === target.targetId);
  if (said === undefined) return target;
  const { targetId: _, disputeText, ...words } = said;
  return { ...target, answers: [...target.answers, { ...words, disputeText, revision, receivedTime: now }] };
}
