import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { isHeldByPolice } from "../holds/hold.ts";
import { waitsUntil, type Review } from "./review.ts";
import { reviewedCase } from "./reviewed.ts";

/** As many as anybody is told of one case. */
const MOST = 1000;

/**
 * Whether a review waits for police: while officers or a mark hold its case nobody judges what is said against it, since a
 * verdict would tell. It is due as ever, and who said it hears the same words at the same time as ever.
 */
export function isKeptBack(file: CaseFile | undefined, review: Review): boolean {
  return file !== undefined && isHeldByPolice(file) && waitsUntil(review) !== undefined;
}

/** How many complaints about a case nobody has judged. */
export async function countComplaints(
  { reviews, cases }: Pick<Deps, "reviews" | "cases">,
  { caseId, targetId }: Pick<CaseFile, "caseId" | "targetId">,
): Promise<number> {
  const found = new Set<string>();
  for (const about of [caseId, targetId]) {
    for (const { id, state } of await reviews.find({ where: { complaintAbout: about }, limit: MOST })) {
      if ((await reviewedCase({ cases }, state))?.caseId === caseId) found.add(id);
    }
  }
  return found.size;
}
