import { randomUUID } from "node:crypto";
import { startLoop, tryEach, type Loop } from "@ntd/service";
import { Aside } from "./aside.ts";
import type { Deps } from "../deps.ts";
import type { LoadedSet } from "../lists/loaded-set.ts";
import { SetChanges } from "../lists/set-changes.ts";
import { showAside } from "../metrics.ts";
import { allRanges, lookUpPending } from "./look-up-pending.ts";
import { tellPages } from "../pages/tell-pages.ts";
import { passRange } from "./pass-range.ts";
import { markIn, newRange, RANGES, type RangeState } from "./range.ts";

/** So long a pass waits at a time for rows that are to be looked up at all. */
const BETWEEN_MS = 1000;

export type Searching = Pick<Deps, "collections" | "index" | "sources" | "clock" | "log" | "health">;

/**
 * The one loop that searches: first every row that waits to be looked up at all, then, range by range, those that a
 * release or a revocation may have changed. It is woken by what comes; once a second it sees what another replica left.
 */
export function startSearching(deps: Searching): Loop {
  const aside = new Aside(deps);
  const by = randomUUID();
  const shown = showAside(aside);
  const loop = startLoop("search", 1000, deps.log, async (stop) => {
    if (!deps.index.ready) return;
    await aside.retry(stop);
    await lookUpPending(deps, aside, stop);
    await tellPages(deps, aside, stop);
    // Read once for all sets: a mark that another replica raised meanwhile is seen when its range is taken.
    const ranges = await allRanges(deps);
    // A set whose changes cannot be told keeps no other one from being searched.
    await tryEach([[...deps.index.sets]], stop, (set) => bringThrough(deps, { set, ranges, aside, by, stop }));
    await tellPages(deps, aside, stop);
  });
  return {
    kick: () => loop.kick(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      shown[Symbol.dispose]();
    },
  };
}

interface Through {
  set: LoadedSet;
  ranges: ReadonlyMap<string, RangeState>;
  aside: Aside;
  by: string;
  stop: AbortSignal;
}

/** Brings all rows through a set's counter, as far as nobody else is at it and the set stays what it is. */
async function bringThrough(deps: Searching, { set, ranges, aside, by, stop }: Through): Promise<void> {
  const behind = RANGES.filter((range) => markIn(ranges.get(range) ?? newRange, set.setId) < set.counter);
  if (behind.length === 0) return;
  const between = () => lookUpPending(deps, aside, stop, BETWEEN_MS);
  await deps.index.withSets(async () => {
    await using changes = new SetChanges(set, deps.sources);
    for (const range of behind) {
      // Another list is in force, or more was revoked: the rest is done with that at once.
      if (stop.aborted || deps.index.setOf(set.setId) !== set) return;
      await passRange({ deps, aside, changes, by, stop, between }, range);
    }
  });
}
