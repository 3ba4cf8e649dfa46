import { listPage } from "@ntd/host";
import type { ListReviewsRequest, ListReviewsResponse } from "@ntd/proto/casework/v1/review_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { isKeptBack } from "./kept-back.ts";
import { waitsUntil } from "./review.ts";
import { reviewedCase } from "./reviewed.ts";
import { reviewLine } from "./review-message.ts";

/** What is not decided, by when it is due; before assessors comes nothing that waits for police. */
export function listReviews({ reviews, cases, clock }: Pick<Deps, "reviews" | "cases" | "clock">) {
  return async (request: ListReviewsRequest, context: CallContext): Promise<ListReviewsResponse> => {
    const isAssessor = callerOf(context).kind === "assessor";
    const { documents, nextPageToken } = await listPage(reviews, request, { orderBy: "waitsUntil" }, waitsUntil);
    const lines = [];
    for (const { id, state } of documents) {
      if (isAssessor && isKeptBack(await reviewedCase({ cases }, state), state)) continue;
      lines.push(reviewLine(id, state, clock.now()));
    }
    return { reviews: lines, nextPageToken };
  };
}
