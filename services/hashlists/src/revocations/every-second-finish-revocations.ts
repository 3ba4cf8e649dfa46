import { startLoop, type Loop } from "@ntd/service";
import type { Hashlists } from "../hashlists.ts";
import { finishRevocation } from "../sets/take-effect.ts";

/** Lets revocations take effect whose call was cut off between the approval and the set. */
export function startFinishingRevocations(hashlists: Pick<Hashlists, "sets" | "revocations" | "clock" | "log">): Loop {
  return startLoop("finish revocations", 1000, hashlists.log, async (stop) => {
    const unfinished = await hashlists.revocations.find({ orderBy: "unfinished", limit: 100 });
    for (const { state } of unfinished) {
      if (stop.aborted) return;
      await finishRevocation(hashlists, state);
    }
  });
}
