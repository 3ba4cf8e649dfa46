import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { tellCase } from "./tell-case.ts";

const PAGE = 100;

/** Tells cases of reviews that were upheld, where the call that decided them could not. */
export function startEverySecondTellCases(deps: Deps): Loop {
  return startLoop("tell cases of reviews", 1000, deps.log, (stop) => tellCases(deps, stop));
}

export async function tellCases(
  deps: CaseWriter & Pick<Deps, "reviews">,
  stop: AbortSignal = new AbortController().signal,
): Promise<void> {
  const untold = deps.reviews.pages({ where: { isUntold: true } }, PAGE);
  await tryEach(untold, stop, ({ id }) => tellCase(deps, id));
}
