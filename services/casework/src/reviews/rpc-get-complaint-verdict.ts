import type { GetComplaintVerdictRequest, GetComplaintVerdictResponse } from "@ntd/proto/casework/v1/review_service";
import type { Deps } from "../deps.ts";
import { reviewIdOfComplaint } from "./on-complaint.ts";
import { reviewedCase } from "./reviewed.ts";

/** How the review of a complaint ended; nothing where its event has not come yet. */
export function getComplaintVerdict(deps: Pick<Deps, "reviews" | "cases">) {
  return async ({ complaintId }: GetComplaintVerdictRequest): Promise<GetComplaintVerdictResponse> => {
    const review = (await deps.reviews.load(reviewIdOfComplaint(complaintId)))?.state;
    if (review?.progress.kind !== "decided") return { verdict: "REVIEW_VERDICT_UNSPECIFIED", caseId: "" };
    const file = await reviewedCase(deps, review);
    return { verdict: review.progress.verdict, caseId: file?.caseId ?? "" };
  };
}
