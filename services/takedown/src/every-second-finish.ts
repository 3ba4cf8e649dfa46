import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "./deps.ts";
import { finishDispatch } from "./fan-out.ts";
import { settleStoredNotice } from "./settle.ts";

/** Finishes what a crash cut short: dispatches without all their notices, notices that are gone but not closed. */
export function startEverySecondFinish(deps: Deps): Loop {
  return startLoop("finish", 1000, deps.log, (stop) => finishAll(deps, stop));
}

export async function finishAll(deps: Deps, stop: AbortSignal): Promise<void> {
  for (const { id } of await deps.dispatches.find({ where: { unfinished: true }, limit: 100 })) {
    if (stop.aborted) return;
    await finishDispatch(deps, id);
  }
  for (const { id } of await deps.notices.find({ where: { unsettled: true }, limit: 100 })) {
    if (stop.aborted) return;
    await settleStoredNotice(deps, id);
  }
}
