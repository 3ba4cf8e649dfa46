import {
  DecideReviewRequest,
  type DecideReviewResponse,
  type ReviewVerdict,
} from "@ntd/proto/casework/v1/review_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather, Problem, shown } from "@ntd/service";
import { requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { changeReviewOnce, reviewCallFields } from "./change-review-once.ts";
import { decidedReview } from "./review.ts";
import { tellCase } from "./tell-case.ts";

/** Upheld, its case hears of it before the answer leaves; what could not be told, `every-second-tell-cases.ts` tells. */
export function decideReview(deps: Deps) {
  return async (request: DecideReviewRequest, context: CallContext): Promise<DecideReviewResponse> => {
    const caller = callerOf(context);
    const { verdict } = gather({
      ...reviewCallFields(request),
      verdict: () => requireVerdict(request.verdict),
      reason: () => requireReason(request.reason),
    });
    const body = DecideReviewRequest.encode(request).finish();
    const call = { ...request, method: "DecideReview", caller, body };
    const review = await changeReviewOnce(deps, call, (found, reviewed, now) => {
      const reason = deps.sealer.seal(request.reason, "words", now);
      return decidedReview(found, caller.person, reviewed, { verdict, reason }, now);
    });
    await tellCase(deps, request.reviewId);
    return { review };
  };
}

function requireVerdict(verdict: ReviewVerdict): "REVIEW_VERDICT_UPHELD" | "REVIEW_VERDICT_REFUSED" {
  if (verdict === "REVIEW_VERDICT_UPHELD" || verdict === "REVIEW_VERDICT_REFUSED") return verdict;
  throw Problem.fields({ field: "verdict", description: `${shown(verdict)} is none of UPHELD, REFUSED` });
}
