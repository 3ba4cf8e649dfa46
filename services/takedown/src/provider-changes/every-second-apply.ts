import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { applyChange } from "./apply-change.ts";
import { leadBackDue } from "./lead-back.ts";

/** Applies what was approved when a crash came between the word and the write, and leads back what retired ones have. */
export function startEverySecondApply(deps: Deps): Loop {
  return startLoop("changes", 1000, deps.log, async (stop) => {
    await applyDue(deps, stop);
    await leadBackDue(deps, stop);
  });
}

export async function applyDue(deps: Deps, stop: AbortSignal): Promise<void> {
  const due = deps.providerChanges.pages({ where: { due: true } }, PAGE);
  await tryEach(due, stop, ({ id }) => applyChange(deps, id));
}

const PAGE = 100;
