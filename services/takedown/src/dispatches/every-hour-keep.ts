import { keepSealed } from "@ntd/host";
import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { settleNotices } from "./settle.ts";

/** What comes after the event of a legal hold is kept too: answers of providers, words of operators, new revisions. */
export function startEveryHourKeep(deps: Deps): Loop {
  return startLoop("keep what is under a legal hold", 3_600_000, deps.log, (stop) => keepAll(deps, stop));
}

export async function keepAll(deps: Deps, stop = new AbortController().signal): Promise<void> {
  const kept = deps.cases.pages({ where: { kept: true } }, PAGE);
  await tryEach(kept, stop, async ({ state }) => {
    for (const { dispatchId } of state.dispatches) await keepDispatch(deps, dispatchId);
  });
}

/** With its notices. */
export async function keepDispatch(deps: Deps, dispatchId: string): Promise<void> {
  await keepSealed(deps, deps.dispatches, dispatchId);
  await settleNotices(deps, dispatchId);
}

const PAGE = 100;
