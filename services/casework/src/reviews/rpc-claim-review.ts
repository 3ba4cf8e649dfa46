import { ClaimReviewRequest, type ClaimReviewResponse } from "@ntd/proto/casework/v1/review_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { changeReviewOnce } from "./change-review-once.ts";
import { claimedReview } from "./review.ts";

export function claimReview(deps: Deps) {
  return async (request: ClaimReviewRequest, context: CallContext): Promise<ClaimReviewResponse> => {
    const caller = callerOf(context);
    const body = ClaimReviewRequest.encode(request).finish();
    const call = { ...request, method: "ClaimReview", caller, body };
    const review = await changeReviewOnce(deps, call, (found, reviewed, now) =>
      claimedReview(found, caller.person, reviewed, now, request.takeOver),
    );
    return { review };
  };
}
