import { keepSealed } from "@ntd/host";
import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";

type Keeping = Pick<Deps, "cases" | "reviews" | "sealer" | "clock">;

/** What is said against a case under a legal hold is kept too, also where it comes later. */
export function startEveryHourKeepReviews(deps: Deps): Loop {
  return startLoop("keep reviews", 3_600_000, deps.log, (stop) => keepAllReviews(deps, stop));
}

export async function keepAllReviews(deps: Keeping, stop = new AbortController().signal): Promise<void> {
  const kept = deps.cases.pages({ where: { isKept: true } }, PAGE);
  await tryEach(kept, stop, ({ state }) => keepReviews(deps, state));
}

/** Those that name the case or its target. */
export async function keepReviews(deps: Keeping, { caseId, targetId }: Pick<CaseFile, "caseId" | "targetId">) {
  for (const concerns of [caseId, targetId]) {
    for await (const page of deps.reviews.pages({ where: { concerns } }, PAGE)) {
      for (const { id } of page) await keepSealed(deps, deps.reviews, id);
    }
  }
}

const PAGE = 100;
