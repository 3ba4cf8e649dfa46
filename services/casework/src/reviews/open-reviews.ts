import type { Deps } from "../deps.ts";
import { countOpenedReview } from "../metrics.ts";
import type { Review } from "./review.ts";

/** Opens what is not there yet: each event of a notice tells its disputes again. */
export async function openReviews(
  { reviews }: Pick<Deps, "reviews">,
  found: Iterable<readonly [id: string, review: Review]>,
): Promise<void> {
  for (const [id, review] of found) {
    if ((await reviews.load(id)) !== undefined) continue;
    if ((await reviews.insert(id, review)) !== undefined) countOpenedReview(review.kind);
  }
}
