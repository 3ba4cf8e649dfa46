import type { Referral as PublishedReferral } from "@ntd/proto/casework/v1/case";
import { isOfDecision, type Referral } from "./referral.ts";

/** What others hear of a referral: neither words nor names. */
export function publishedReferral({
  causes,
  referredTime,
  acknowledged,
  feedback,
  withdrawnTime,
}: Referral): PublishedReferral {
  const newest = feedback?.at(-1);
  return {
    causes,
    referredTime,
    acknowledgedTime: acknowledged?.time,
    outcome: newest?.outcome ?? "REFERRAL_OUTCOME_UNSPECIFIED",
    feedbackTime: newest?.time,
    withdrawnTime,
  };
}

/** The same for an assessor who is not to see what was decided: nothing of what only a decision causes. */
export function blindReferral(referral: PublishedReferral | undefined): PublishedReferral | undefined {
  const causes = referral?.causes.filter((cause) => !isOfDecision(cause)) ?? [];
  if (referral === undefined || causes.length === 0) return undefined;
  const { referredTime } = referral;
  return {
    causes,
    referredTime,
    acknowledgedTime: undefined,
    outcome: "REFERRAL_OUTCOME_UNSPECIFIED",
    feedbackTime: undefined,
    withdrawnTime: undefined,
  };
}
