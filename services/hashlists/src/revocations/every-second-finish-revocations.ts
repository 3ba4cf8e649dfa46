import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { finishRevocation } from "../sets/take-effect.ts";

/** Lets revocations take effect whose call was cut off between the approval and the set. */
export function startFinishingRevocations(deps: Pick<Deps, "sets" | "revocations" | "clock" | "log">): Loop {
  return startLoop("finish revocations", 1000, deps.log, async (stop) => {
    const unfinished = await deps.revocations.find({ orderBy: "unfinished", limit: 100 });
    for (const { state } of unfinished) {
      if (stop.aborted) return;
      await finishRevocation(deps, state);
    }
  });
}
