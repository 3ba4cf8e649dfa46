import type { DataOf, Event } from "@ntd/bus";
import { derivedId } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { openReviews } from "./open-reviews.ts";
import { openReview, type Opened } from "./review.ts";

/**
 * Opens a review of what somebody complains of, also where no case is known: the address may be one that nobody knows.
 * Which case it is about is told when somebody looks: it may be opened later than the review.
 */
export function onComplaint(deps: Pick<Deps, "reviews">) {
  return async ({ data, time }: Event<DataOf<"complaint">>): Promise<void> => {
    const { complaintId, capacity, receivedTime: openedTime = time, answerTime = time, targetId } = data;
    const { address, text, contact, language } = data;
    const cause: Opened = {
      kind: "REVIEW_KIND_COMPLAINT",
      openedTime,
      caseId: data.caseId,
      targetId,
      grounds: capacity.replace("CAPACITY_", ""),
      ...(text && { text }),
      ...(address && { address }),
      ...(contact && { contact }),
      language,
    };
    const review = openReview(cause, answerTime.getTime() - openedTime.getTime());
    await openReviews(deps, [[reviewIdOfComplaint(complaintId), review]]);
  };
}

export function reviewIdOfComplaint(complaintId: string): string {
  return derivedId("review", "complaint", complaintId);
}
