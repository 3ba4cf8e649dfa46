import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { applyChange } from "./apply-change.ts";

/** Applies what was approved when a crash came between the word and the write. */
export function startEverySecondApply(deps: Deps): Loop {
  return startLoop("changes", 1000, deps.log, (stop) => applyDue(deps, stop));
}

export async function applyDue(deps: Deps, stop: AbortSignal): Promise<void> {
  const due = deps.providerChanges.pages({ where: { due: true } }, PAGE);
  await tryEach(due, stop, ({ id }) => applyChange(deps, id));
}

const PAGE = 100;
