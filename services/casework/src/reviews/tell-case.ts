import { change } from "@ntd/store";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { inDoubt } from "../doubts/doubt.ts";
import { toldReview, type Review } from "./review.ts";
import { reviewedCase } from "./reviewed.ts";

/** Reviews that a case remembers to have heard of: what is told again is told soon or never. */
const KEPT = 20;

/**
 * Tells the case of a review that was upheld, as its owner's word against what is told. Twice changes nothing: the case
 * remembers, so that a repeat after a crash does not doubt what was decided meanwhile.
 */
export async function tellCase(deps: CaseWriter & Pick<Deps, "reviews">, reviewId: string): Promise<void> {
  const review = (await deps.reviews.load(reviewId))?.state;
  if (review?.isUntold !== true) return;
  const file = await reviewedCase(deps, review);
  if (file !== undefined) {
    await writeCase(deps, file.caseId, (found) => found && heard(found, reviewId, review, deps.clock.now()));
  }
  await change(deps.reviews, reviewId, (found) => {
    const told = found && toldReview(found);
    return told === undefined || told === found ? undefined : { state: told };
  });
}

function heard(file: CaseFile, reviewId: string, { progress }: Review, now: Date): CaseFile {
  const { heardReviews = [] } = file;
  if (progress.kind !== "decided" || heardReviews.includes(reviewId)) return file;
  const after = inDoubt(file, { cause: "DOUBT_CAUSE_REVIEW_UPHELD", by: [progress.owner], now });
  return { ...after, heardReviews: [...heardReviews, reviewId].slice(-KEPT) };
}
