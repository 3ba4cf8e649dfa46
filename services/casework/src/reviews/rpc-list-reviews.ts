import { listPage } from "@ntd/host";
import type { ListReviewsRequest, ListReviewsResponse } from "@ntd/proto/casework/v1/review_service";
import type { Deps } from "../deps.ts";
import { waitsUntil } from "./review.ts";
import { reviewLine } from "./review-message.ts";

/** What is not decided, by when it is due. */
export function listReviews({ reviews, clock }: Pick<Deps, "reviews" | "clock">) {
  return async (request: ListReviewsRequest): Promise<ListReviewsResponse> => {
    const { documents, nextPageToken } = await listPage(reviews, request, { orderBy: "waitsUntil" }, waitsUntil);
    return { reviews: documents.map(({ id, state }) => reviewLine(id, state, clock.now())), nextPageToken };
  };
}
