import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { meetCases } from "./meet-cases.ts";

/** Goes on with marks whose call ended before all that was there was held. */
export function startEverySecondMeetCases(deps: Deps): Loop {
  return startLoop("meet cases", 1000, deps.log, (signal) => meetDueCases(deps, signal));
}

export async function meetDueCases(
  deps: CaseWriter & Pick<Deps, "marks" | "markKey" | "sealer">,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const now = deps.clock.now();
  const due = deps.marks.pages({ where: { meetDueTime: { lte: now } }, orderBy: "meetDueTime" }, PAGE);
  await tryEach(due, signal, ({ id }) => meetCases(deps, id, signal));
}

const PAGE = 20;
