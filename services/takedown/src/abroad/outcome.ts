import type { HotlineAction, HotlineReason } from "@ntd/proto/hotline/v1/hotline_link_service";
import type { Outcome } from "@ntd/proto/takedown/v1/notice";

/**
 * What a hotline's action says in the words of providers. That it told police or the provider is no outcome: it goes on.
 * What it could not open it has not seen gone, so that only a reason why nothing is there says that.
 */
export function outcomeOf(action: HotlineAction, reason: HotlineReason): Outcome {
  if (action === "HOTLINE_ACTION_CONTENT_UNAVAILABLE") return UNAVAILABLE[reason] ?? "OUTCOME_ALREADY_GONE";
  return OUTCOMES[action] ?? "OUTCOME_UNSPECIFIED";
}

const OUTCOMES: Readonly<Partial<Record<HotlineAction, Outcome>>> = {
  HOTLINE_ACTION_CONTENT_REMOVED: "OUTCOME_REMOVED",
  HOTLINE_ACTION_MOVED: "OUTCOME_NOT_HOSTED_HERE",
  HOTLINE_ACTION_NO_ACTION: "OUTCOME_CANNOT_COMPLY",
  HOTLINE_ACTION_NOT_ILLEGAL: "OUTCOME_DISPUTED",
};

/** Why it is not available there, where that is not that it is gone. */
const UNAVAILABLE: Readonly<Partial<Record<HotlineReason, Outcome>>> = {
  HOTLINE_REASON_ACCOUNT_DISABLED: "OUTCOME_ACCESS_DISABLED",
  HOTLINE_REASON_REFERRER_NOT_KNOWN_OR_INCORRECT: "OUTCOME_CANNOT_COMPLY",
  HOTLINE_REASON_UNABLE_TO_ACCESS: "OUTCOME_CANNOT_COMPLY",
  HOTLINE_REASON_PASSWORD_PROTECTED: "OUTCOME_CANNOT_COMPLY",
  HOTLINE_REASON_LEGALLY_UNABLE_TO_ACCESS: "OUTCOME_CANNOT_COMPLY",
  HOTLINE_REASON_TEMPORARILY_UNAVAILABLE: "OUTCOME_CANNOT_COMPLY",
  HOTLINE_REASON_PREMIUM_ACCOUNT_NECESSARY: "OUTCOME_CANNOT_COMPLY",
  HOTLINE_REASON_MISSING_PARTS_TO_OPEN_FILE: "OUTCOME_CANNOT_COMPLY",
};
