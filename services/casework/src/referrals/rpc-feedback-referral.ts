import type { ReferralOutcome } from "@ntd/proto/casework/v1/case";
import { FeedbackReferralRequest, type FeedbackReferralResponse } from "@ntd/proto/casework/v1/referral_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather, Problem, shown } from "@ntd/service";
import { changedCaseOnce } from "../cases/change-case-once.ts";
import { callFields } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { withFeedback } from "./referral.ts";
import { referralLine } from "./referral-message.ts";

const MAX_TEXT = 2000;

export function feedbackReferral(deps: Deps) {
  return async (request: FeedbackReferralRequest, context: CallContext): Promise<FeedbackReferralResponse> => {
    const caller = callerOf(context);
    gather({ ...callFields(request), feedback: () => requireFeedback(request) });
    const { outcome } = request;
    const body = FeedbackReferralRequest.encode(request).finish();
    const call = { ...request, method: "FeedbackReferral", caller, body };
    const { document } = await changedCaseOnce(deps, call, (found, time) =>
      withFeedback(found, { outcome, text: deps.sealer.seal(request.text, "words", time), by: caller.person, time }),
    );
    return { referral: referralLine(document.state) };
  };
}

function requireFeedback({ outcome, text }: FeedbackReferralRequest): void {
  const faults = [
    ...(OUTCOMES.has(outcome) ? [] : [{ field: "outcome", description: `${shown(outcome)} is no outcome` }]),
    ...(text.length <= MAX_TEXT
      ? []
      : [{ field: "text", description: `has ${text.length} characters; it takes ${MAX_TEXT} at most` }]),
  ];
  if (faults.length > 0) throw Problem.fields(...faults);
}

const OUTCOMES: ReadonlySet<ReferralOutcome> = new Set<ReferralOutcome>([
  "REFERRAL_OUTCOME_INVESTIGATION_OPENED",
  "REFERRAL_OUTCOME_PASSED_ON",
  "REFERRAL_OUTCOME_KNOWN_ALREADY",
  "REFERRAL_OUTCOME_CHILD_IDENTIFIED",
  "REFERRAL_OUTCOME_CHILD_SAFE",
  "REFERRAL_OUTCOME_NO_ACTION",
]);
