import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";

/** Takes in the providers that another replica wrote; the streams see whom they speak for now. */
export function startEverySecondRefresh({ directory, bells, log }: Deps): Loop {
  return startLoop("providers", 1000, log, async () => {
    const before = directory.changes;
    await directory.refresh();
    if (directory.changes !== before) bells.ring();
  });
}
