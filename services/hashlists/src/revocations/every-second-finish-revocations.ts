import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { takeBack } from "../releases/tombstones.ts";
import { finishRevocation } from "../sets/take-effect.ts";

/** Lets revocations take effect whose call was cut off between the approval and the set, and those of releases. */
export function startFinishingRevocations(
  deps: Pick<Deps, "sets" | "releases" | "revocations" | "clock" | "log">,
): Loop {
  return startLoop("finish revocations", 1000, deps.log, async (stop) => {
    const unfinished = await deps.revocations.find({ orderBy: "unfinished", limit: 100 });
    for (const { state } of unfinished) {
      if (stop.aborted) return;
      await finishRevocation(deps, state);
    }
    const approved = await deps.releases.find({ orderBy: "takesBackIn", limit: 100 });
    for (const { state } of approved) {
      if (stop.aborted) return;
      await takeBack(deps, state);
    }
  });
}
