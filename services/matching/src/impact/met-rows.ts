import { setImmediate } from "node:timers/promises";
import type { Cursor } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { LoadedSet } from "../lists/loaded-set.ts";
import { readLookup } from "../rows/lookup-column.ts";
import { RANGES } from "../rows/range.ts";
import type { SearchPlan } from "../search/search-plan.ts";

/** Rows that are read at a time, and searched at a stretch: those who look something up have their turn in between. */
const PAGE = 500;
const TOGETHER = 100;
/** Rows lie in the order of their ids, which are digests: those of the first minutes stand for all. */
const MOST = { rows: 1_000_000, ms: 180_000 };

export interface Met {
  /** Of the list, by their ids. */
  entryIds: Set<string>;
  metRows: number;
  rows: number;
  isMore: boolean;
}

/**
 * What was seen already and would be hit by a list that is not in force: its entries are a small index, in which all rows
 * are searched by their hashes alone, as they are when a release comes into force. A bounded number of rows, and a bounded time.
 */
export async function metRows(
  { collections }: Pick<Deps, "collections">,
  list: LoadedSet,
  signal: AbortSignal,
  most = MOST,
): Promise<Met> {
  const began = performance.now();
  const met: Met = { entryIds: new Set(), metRows: 0, rows: 0, isMore: false };
  for (const range of RANGES) {
    for (let after: Cursor | undefined; ;) {
      const query = { where: { range }, ...(after && { after }), limit: PAGE };
      const { columns, length } = await collections.rows.project(query, { id: "text", lookup: "bytes" });
      const isEnough = met.rows >= most.rows || performance.now() - began >= most.ms;
      if (length > 0 && isEnough) return { ...met, isMore: true };
      met.rows += length;
      const plans = columns.id.flatMap((_, nth) => planOf(columns.lookup.at(nth), list.setId) ?? []);
      for (let at = 0; at < plans.length; at += TOGETHER) {
        await search(list, plans.slice(at, at + TOGETHER), met);
        await setImmediate();
      }
      const last = columns.id.at(-1);
      if (last === undefined || length < PAGE) break;
      after = { id: last };
      signal.throwIfAborted();
    }
  }
  return met;
}

async function search(list: LoadedSet, plans: readonly SearchPlan[], met: Met): Promise<void> {
  const found = await list.finds(plans);
  for (const [nth, plan] of plans.entries()) {
    if (found[nth] !== true) continue;
    const hits = await list.search(plan);
    if (hits.length > 0) met.metRows++;
    for (const { entryId } of hits) met.entryIds.add(entryId);
  }
}

// What cannot be read there is put aside by whoever searches it.
function planOf(bytes: Uint8Array, setId: string): SearchPlan | undefined {
  try {
    return bytes.length === 0 ? undefined : readLookup(bytes, setId).plan;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
