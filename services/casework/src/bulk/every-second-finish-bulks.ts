import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { finishBulk } from "./run-bulk.ts";

/** Goes on with bulks whose call ended before they were done, and did not come again. */
export function startEverySecondFinishBulks(deps: Deps): Loop {
  return startLoop("finish bulks", 1000, deps.log, (signal) => finishBulks(deps, signal));
}

export async function finishBulks(
  deps: CaseWriter & Pick<Deps, "bulks" | "supervisors">,
  signal: AbortSignal,
): Promise<void> {
  const now = deps.clock.now();
  const due = deps.bulks.pages({ where: { dueTime: { lte: now } }, orderBy: "dueTime" }, PAGE);
  await tryEach(due, signal, async ({ id, state }) => {
    if (state.open !== undefined) await finishBulk(deps, id, state.open, signal);
  });
}

const PAGE = 20;
