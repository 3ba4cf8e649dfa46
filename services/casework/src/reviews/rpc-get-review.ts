import { recordReadings } from "@ntd/host";
import type { GetReviewRequest, GetReviewResponse } from "@ntd/proto/casework/v1/review_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { openedReview, requireReviewId } from "./change-review-once.ts";
import { reviewLine } from "./review-message.ts";

export function getReview(deps: Deps) {
  return async ({ reviewId }: GetReviewRequest, context: CallContext): Promise<GetReviewResponse> => {
    requireReviewId(reviewId);
    const review = (await deps.reviews.load(reviewId))?.state;
    if (review === undefined) throw new Problem("NOT_FOUND");
    const { kind, person } = callerOf(context);
    if (kind !== "assessor") {
      const line = reviewLine(reviewId, review, deps.clock.now());
      if (review.progress.kind === "decided") {
        const resource = `reviews/${reviewId}`;
        await recordReadings(deps, { reader: person, kind: "decision", resource, caseId: line.caseId });
      }
      return { review: line };
    }
    return { review: await openedReview(deps, reviewId, review, person) };
  };
}
