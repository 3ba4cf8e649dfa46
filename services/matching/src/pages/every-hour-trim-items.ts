import { startLoop, type Loop } from "@ntd/service";
import { removeOlder } from "@ntd/store";
import type { Deps } from "../deps.ts";

/** Removes contents that no page has shown for so long. */
export function startTrimmingItems(deps: Pick<Deps, "collections" | "clock" | "log">, keepMs: number): Loop {
  return startLoop("trim items", 3_600_000, deps.log, async () => {
    const than = new Date(deps.clock.now().getTime() - keepMs);
    await removeOlder(deps.collections.rows, "itemEmptySince", than);
  });
}
