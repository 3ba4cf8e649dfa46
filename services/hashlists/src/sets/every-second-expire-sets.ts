import { startLoop, tryEach, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { expire } from "./expiry.ts";
import { releaseEvent } from "./publish.ts";

/** Tells of sets whose release has been in force for longer than their policy lets machines decide by it. */
export function startExpiringSets({ sets, clock, log }: Pick<Deps, "sets" | "clock" | "log">): Loop {
  return startLoop("expire sets", 1000, log, async (stop) => {
    const due = sets.pages({ where: { expiryDueAt: { lte: clock.now() } }, orderBy: "expiryDueAt" }, 100);
    await tryEach(due, stop, async ({ id }) => {
      await change(sets, id, (set) => {
        const now = clock.now();
        const state = set && expire(set, now);
        return state && { state, event: releaseEvent("changed", state, now) };
      });
    });
  });
}
