import type { Feedback, FeedbackReason } from "@ntd/proto/exchange/v1/feedback_service";
import { standingOf, type FeedbackState, type Reason } from "./feedback.ts";
import { fingerprintOf } from "./named-hash.ts";

/**
 * What was said, as members of the set and operators are shown it.
 *
 * @param silence why nothing at all leaves to the exchange; "": it does.
 */
export function toFeedback(connector: string, state: FeedbackState, silence = ""): Feedback {
  const isWaiting = standingOf(state) === "WAITING";
  return {
    connector,
    fingerprint: fingerprintOf(state.hash),
    opinion: `FEEDBACK_OPINION_${state.opinion}`,
    reasons: state.reasons.map(toReason),
    givenBy: state.givenBy,
    givenTime: state.given,
    state: `FEEDBACK_STATE_${standingOf(state)}`,
    entries: state.targets.map(({ member, id, standing, tries, ended, status = 0 }) => ({
      memberId: member,
      entryId: id,
      state: `FEEDBACK_STATE_${standing}` as const,
      tryCount: tries,
      endTime: ended,
      status,
    })),
    why: state.why === "" && isWaiting ? silence : state.why,
  };
}

export const toReason = ({ id, name }: Reason): FeedbackReason => ({ reasonId: id, name });
