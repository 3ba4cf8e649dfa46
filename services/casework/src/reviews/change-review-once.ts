import { changeOnce, recordReadings } from "@ntd/host";
import type { Review as ReviewView } from "@ntd/proto/casework/v1/review_service";
import { requireRequestId, type Caller } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { openedIn } from "../cases/opened-in.ts";
import { granted, type Refusal } from "../refusal.ts";
import { isKeptBack } from "./kept-back.ts";
import type { Review, Reviewed } from "./review.ts";
import { reviewLine, reviewView } from "./review-message.ts";
import { decisionThen, reviewedCase, reviewedDecisions } from "./reviewed.ts";

/** One call that changes a review: its method, its ids and its whole body as bytes. */
export interface ReviewCall {
  method: string;
  caller: Caller;
  requestId: string;
  reviewId: string;
  body: Uint8Array;
}

const KEPT = 10;
const KEPT_BACK = "Police hold its case: it waits for the end of that, and is due as ever.";

/**
 * Changes a review once for each request id of a caller and method: a repeat gets the first answer.
 *
 * @throws Problem REQUEST_ID_REUSED, NOT_FOUND, FIELD_INVALID, or what `decide` refuses.
 */
export async function changeReviewOnce(
  deps: Pick<Deps, "reviews" | "cases" | "readings" | "clock" | "sealer">,
  { reviewId, ...call }: ReviewCall,
  decide: (review: Review, reviewed: readonly Reviewed[], now: Date) => Review | Refusal,
): Promise<ReviewView> {
  gather(reviewCallFields({ ...call, reviewId }));
  const { document, answer } = await changeOnce(
    deps.reviews,
    reviewId,
    { ...call, caller: call.caller.person },
    async (review) => {
      if (review === undefined) throw new Problem("NOT_FOUND");
      const file = await reviewedCase(deps, review);
      if (isKeptBack(file, review)) throw new Problem("WRONG_STATE", KEPT_BACK);
      const reviewed = reviewedDecisions(file, review);
      const after = granted(decide(review, reviewed, deps.clock.now()));
      return { state: after, answer: after.progress };
    },
    KEPT,
  );
  return openedReview(deps, reviewId, { ...document.state, progress: answer }, call.caller.person);
}

/** What an assessor sees of a review; that it was opened is written first. */
export async function openedReview(
  deps: Pick<Deps, "cases" | "readings" | "clock" | "sealer">,
  reviewId: string,
  review: Review,
  reader: string,
): Promise<ReviewView> {
  const file = await reviewedCase(deps, review);
  const line = reviewLine(reviewId, review, deps.clock.now());
  if (isKeptBack(file, review)) return line;
  const decisionId = file && decisionThen(file, review)?.decisionId;
  const found = { caseId: file?.caseId ?? "", targetId: file?.targetId ?? line.targetId, decisionId: decisionId ?? "" };
  const view = reviewView({ ...line, ...found }, review, deps.sealer);
  const words = [view.text, view.contact, view.reason];
  const kind = openedIn({ url: view.url, words, isDecided: review.progress.kind === "decided" });
  const resource = `reviews/${reviewId}`;
  if (kind !== undefined) await recordReadings(deps, { reader, kind, resource, caseId: found.caseId });
  return view;
}

/** Reads what every call that changes a review names; beside the fields of its own (`gather`). */
export function reviewCallFields({ requestId, reviewId }: Pick<ReviewCall, "requestId" | "reviewId">) {
  return { requestId: () => requireRequestId(requestId), reviewId: () => requireReviewId(reviewId) };
}

/** @throws Problem FIELD_INVALID when it is empty. */
export function requireReviewId(reviewId: string): void {
  if (reviewId === "") throw Problem.fields({ field: "review_id", description: "is empty; name a review" });
}
