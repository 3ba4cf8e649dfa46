import type { DataOf, Event } from "@ntd/bus";
import { injectTrace, type Clock } from "@ntd/service";
import { change } from "@ntd/store";
import { takeTarget } from "./row.ts";
import { matchIdOf } from "../ids.ts";
import { type Collections } from "../store.ts";

/** Notes what was seen of a target; the one loop looks it up. */
export function onTarget({ rows }: Pick<Collections, "rows">, searchSoon: () => void, clock: Clock) {
  return async ({ version, data }: Event<DataOf<"target">>): Promise<void> => {
    const { targetId, episode, content } = data;
    await change(rows, matchIdOf(targetId, episode), (row) => {
      const next = takeTarget(row, { targetId, episode, version, content, time: clock.now(), trace: injectTrace() });
      return next && { state: next };
    });
    searchSoon();
  };
}
