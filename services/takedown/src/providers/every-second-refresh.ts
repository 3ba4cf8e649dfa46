import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";

const COMPARE_MS = 600_000;

/** Takes in the providers that another replica wrote, and wakes the streams if others speak for them now. */
export function startEverySecondRefresh(deps: Deps): Loop {
  let comparedAt = performance.now();
  let { speakers } = deps.directory;
  return startLoop("providers", 1000, deps.log, async () => {
    await deps.directory.refresh();
    if (performance.now() - comparedAt >= COMPARE_MS) {
      await deps.directory.compare();
      comparedAt = performance.now();
    }
    if (speakers !== deps.directory.speakers) deps.bells.ring();
    ({ speakers } = deps.directory);
  });
}
