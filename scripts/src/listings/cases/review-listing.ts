import { ReviewKind, ReviewState, ReviewVerdict, type Review } from "@ntd/proto/casework/v1/review_service";
import { listing, table, shownTime } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { addressWord } from "../address-word.ts";

/** A review for the person who decides it. */
export function reviewListing(review: Review | undefined): string {
  if (review === undefined) return "nothing";
  return listing({
    review: review.reviewId,
    kind: wordOf(ReviewKind, review.kind),
    state: wordOf(ReviewState, review.state),
    case: review.caseId === "" ? "none is named or known" : review.caseId,
    decision: review.decisionId,
    notice: review.noticeId,
    provider: review.providerId,
    address: addressWord(review),
    grounds: words(review.grounds),
    "what is said": review.text,
    language: review.language,
    contact: review.contact,
    opened: review.openedTime,
    due: review.dueTime && `${shownTime(review.dueTime)}${review.overdue ? ", overdue" : ""}`,
    owner: review.owner,
    verdict: wordOf(ReviewVerdict, review.verdict),
    decided: review.decidedTime,
    reason: review.reason,
  });
}

/** Reviews, one a line. */
export function reviewTable(reviews: readonly Review[]): string {
  const rows = reviews.map((r) => [
    { id: r.reviewId },
    wordOf(ReviewKind, r.kind),
    words(r.grounds),
    r.providerId,
    r.caseId,
    r.dueTime,
    r.overdue ? { alarm: "overdue" } : "",
    r.owner,
  ]);
  const head = ["review", "kind", "grounds", "provider", "case", "due", "", "owner"];
  return table(head, rows, "no review waits");
}

function words(name: string): string {
  return name.toLowerCase().replaceAll("_", " ");
}
