import type { Facts } from "@ntd/host";
import type { Freshness } from "./lists/freshness.ts";
import { markIn, newRange, RANGES } from "./rows/range.ts";
import type { HashIndex } from "./search/hash-index.ts";
import type { Collections } from "./store.ts";

interface Deps {
  index: Pick<HashIndex, "sets">;
  freshness: Freshness;
  collections: Pick<Collections, "ranges">;
}

/** What only matching can say of itself: how much is searched, how old that is, and what was not searched in it yet. */
export async function facts({ index: { sets }, freshness, collections }: Deps): Promise<Facts> {
  const oldest = (of: "loaded" | "checked") => earliest(sets.map(({ setId }) => freshness.of(setId)?.[of]));
  const ranges = await Promise.all(
    RANGES.map(async (range) => (await collections.ranges.load(range))?.state ?? newRange),
  );
  const behind = ranges.filter((range) => sets.some(({ setId, counter }) => markIn(range, setId) < counter));
  return {
    sets: sets.length,
    index_rows: sets.reduce((sum, { entries }) => sum + entries.searchable, 0),
    oldest_set_loaded: oldest("loaded"),
    oldest_set_checked: oldest("checked"),
    ranges_of_rows_behind: `${behind.length} of ${ranges.length}`,
  };
}

function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : new Date(Math.min(...known.map((time) => time.getTime())));
}
