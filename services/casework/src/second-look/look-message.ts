import { isSamePerson } from "@ntd/facts";
import { Case, type Hold, type Holds } from "@ntd/proto/casework/v1/case";
import type { SecondLook as LookView, SecondReview } from "@ntd/proto/casework/v1/case_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Caller } from "@ntd/rpc";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import type { KeptAnswer, KeptLook } from "../cases/kept-answer.ts";
import { blindReferral } from "../referrals/published-referral.ts";
import { blindLook, openLook, type LookKind } from "./second-look.ts";

/** What is kept of a look with an answer: who may see it depends on who asks. */
export function keptLook(file: CaseFile): KeptLook | undefined {
  const look = blindLook(file) ?? openLook(file);
  if (look === undefined) return agreedLook(file);
  const { kind, first, dueTime, overdue = false, other } = look;
  if (other !== undefined) return { kind, dueTime, overdue, other };
  const lastTold = toldDecisions(file).findLast(({ decisionId }) => decisionId !== first.decisionId);
  return { kind, dueTime, overdue, blind: { decidedBy: first.decidedBy, ...(lastTold && { lastTold }) } };
}

function agreedLook({ looks = [], decisions, progress }: CaseFile): KeptLook | undefined {
  const last = looks.at(-1);
  if (last?.outcome !== "agreed" || last.lookedBy === undefined || progress.kind === "held") return undefined;
  if (last.first.decisionId !== decisions.at(-1)?.decisionId) return undefined;
  return { kind: last.kind, overdue: false, agreedBy: last.lookedBy };
}

/** Whether an assessor is not to see what was decided: everybody but who decided, until somebody else has decided too. */
export function isBlindFor({ look }: KeptAnswer, person: string): boolean {
  return look?.blind !== undefined && !isSamePerson(look.blind.decidedBy, person);
}

/** The same, of a case. */
export function isUnseenBy(file: CaseFile, { kind, person }: Caller): boolean {
  const look = blindLook(file);
  return kind === "assessor" && look !== undefined && !isSamePerson(look.first.decidedBy, person);
}

/** The case as if nobody had decided it now: alike for what is told and for what is not, which is "illegal" alone. */
export function unseen({ published, look, holder }: KeptAnswer): Case {
  const decoded = Case.decode(published);
  const view = { ...decoded, referral: blindReferral(decoded.referral), holds: blindHolds(decoded.holds) };
  if (view.state === "CASE_STATE_CLAIMED" && view.queueReason !== "QUEUE_REASON_SECOND_LOOK") return view;
  const state = holder === "" ? "CASE_STATE_QUEUED" : "CASE_STATE_CLAIMED";
  return { ...view, state, queueReason: "QUEUE_REASON_SECOND_LOOK", decision: look?.blind?.lastTold };
}

/** Whether a hold tells that there is a decision: it waits by the rule of decisions alone. */
export function tellsDecision({ cause }: Pick<Hold, "cause">): boolean {
  return cause === "HOLD_CAUSE_POLICE_FIRST";
}

function blindHolds(published: Holds | undefined): Holds | undefined {
  const holds = published?.holds.filter((hold) => !tellsDecision(hold)) ?? [];
  return published === undefined || holds.length === 0 ? undefined : { ...published, holds };
}

/** The look as who may see it does; `open` opens what was said. */
export function lookView(
  look: KeptLook | undefined,
  open: (sealed: Sealed | undefined) => string,
): LookView | undefined {
  if (look === undefined) return undefined;
  const { kind, dueTime, overdue, other, agreedBy = "" } = look;
  return { review: REVIEWS[kind], dueTime, overdue, otherDecision: other, otherReason: open(other?.reason), agreedBy };
}

const REVIEWS: Record<LookKind, SecondReview> = {
  before: "SECOND_REVIEW_BEFORE",
  after: "SECOND_REVIEW_AFTER",
  sampled: "SECOND_REVIEW_SAMPLED",
};
