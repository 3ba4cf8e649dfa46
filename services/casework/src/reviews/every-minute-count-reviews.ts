import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { showReviews } from "../metrics.ts";

/** How many reviews wait and how many of them are overdue, for whoever is to be woken. */
export function startEveryMinuteCountReviews(deps: Deps): Loop {
  return startLoop("count reviews", 60_000, deps.log, () => countReviews(deps));
}

export async function countReviews({ reviews, clock }: Pick<Deps, "reviews" | "clock">): Promise<void> {
  const now = clock.now();
  const [overdue, inTime] = await Promise.all([
    reviews.count({ waitsUntil: { lte: now } }),
    reviews.count({ waitsUntil: { gt: now } }),
  ]);
  showReviews({ overdue: overdue.count, inTime: inTime.count });
}
