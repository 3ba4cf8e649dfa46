import type { Review as ReviewView } from "@ntd/proto/casework/v1/review_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { openWords, shownAddress, type Sealer } from "@ntd/service";
import { isOverdue, type Review, type ReviewProgress } from "./review.ts";

/** A review as one line of a list: nothing of it is opened. */
export function reviewLine(reviewId: string, review: Review, now: Date): ReviewView {
  const { kind, caseId, targetId, decisionId, noticeId, providerId, grounds, openedTime, dueTime, progress } = review;
  return {
    reviewId,
    kind,
    state: STATES[progress.kind],
    caseId,
    targetId,
    decisionId,
    noticeId,
    providerId,
    grounds,
    text: "",
    openedTime,
    dueTime,
    overdue: isOverdue(review, now),
    owner: progress.kind === "open" ? "" : progress.owner,
    verdict: progress.kind === "decided" ? progress.verdict : "REVIEW_VERDICT_UNSPECIFIED",
    reason: "",
    decidedTime: progress.kind === "decided" ? progress.decidedTime : undefined,
    url: "",
    contact: "",
    language: review.language ?? "",
  };
}

/** The same with what was said and why, for assessors. */
export function reviewView(
  line: ReviewView,
  { text, address, contact, progress }: Pick<Review, "text" | "address" | "contact" | "progress">,
  sealer: Sealer,
): ReviewView {
  const words = (sealed: Sealed | undefined) => (sealed === undefined ? "" : openWords(sealer, sealed));
  return {
    ...line,
    text: words(text),
    contact: words(contact),
    reason: words(progress.kind === "decided" ? progress.reason : undefined),
    ...shownAddress(sealer, address),
  };
}

const STATES: Record<ReviewProgress["kind"], ReviewView["state"]> = {
  open: "REVIEW_STATE_OPEN",
  claimed: "REVIEW_STATE_CLAIMED",
  decided: "REVIEW_STATE_DECIDED",
};
