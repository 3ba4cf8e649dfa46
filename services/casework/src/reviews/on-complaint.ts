import type { DataOf, Event } from "@ntd/bus";
import { derivedId } from "@ntd/service";
import { toldDecisions } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { openReviews } from "./open-reviews.ts";
import { openReview, type Opened } from "./review.ts";
import { reviewedCase } from "./reviewed.ts";

/** Opens a review of what somebody complains of, also where no case is known: the address may be one that nobody knows. */
export function onComplaint(deps: Pick<Deps, "reviews" | "cases">) {
  return async ({ data, time }: Event<DataOf<"complaint">>): Promise<void> => {
    const { complaintId, capacity, receivedTime: openedTime = time, answerTime = time, targetId, address, text } = data;
    const named = data.caseId !== "" && (await deps.cases.load(data.caseId))?.state;
    const cause: Opened = {
      kind: "REVIEW_KIND_COMPLAINT",
      openedTime,
      caseId: named ? named.caseId : "",
      targetId: named ? named.targetId : targetId,
      grounds: capacity.replace("CAPACITY_", ""),
      ...(text && { text }),
      ...(address && { address }),
    };
    const review = openReview(cause, answerTime.getTime() - openedTime.getTime());
    const file = await reviewedCase(deps, review);
    const decision = file && toldDecisions(file).at(-1);
    const id = reviewIdOfComplaint(complaintId);
    await openReviews(deps, [[id, { ...review, caseId: file?.caseId ?? "", decisionId: decision?.decisionId ?? "" }]]);
  };
}

export function reviewIdOfComplaint(complaintId: string): string {
  return derivedId("review", "complaint", complaintId);
}
