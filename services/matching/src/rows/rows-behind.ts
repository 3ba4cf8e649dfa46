import type { Cursor } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { dueOf } from "./due.ts";
import type { SetChanges } from "../lists/set-changes.ts";
import { readLookup } from "./lookup-column.ts";
import type { SearchPlan } from "../search/search-plan.ts";

/** Rows that are read at a time, and searched together in what is new. */
const PAGE = 500;
/** Rows that are searched in the whole list at a time. */
const FEW = 50;
/** Entries that are asked for at once. */
const ENTRIES = 200;

/** Where in a pass the reading is. */
export interface Reading {
  range: string;
  mark: number;
  changes: SetChanges;
  stop: AbortSignal;
}

/**
 * Ids of the rows of a range whose hits in a set may be others than at the mark, a page at a time: those that hit what
 * is gone, by the entry; then those that hit what is new, by reading each row's hashes and no state.
 */
export async function* rowsBehind(deps: Pick<Deps, "collections">, reading: Reading): AsyncGenerator<string[], void> {
  const { mark, changes, stop } = reading;
  const { fresh, lost, onlyRevocations } = await changes.since(mark, stop);
  if (lost !== "many") yield* rowsThatHit(deps, reading.range, lost);
  if (fresh === undefined && onlyRevocations && lost !== "many") return;
  yield* rowsToSearch(deps, reading, lost === "many");
}

async function* rowsThatHit({ collections }: Pick<Deps, "collections">, range: string, entryIds: readonly string[]) {
  for (let at = 0; at < entryIds.length; at += ENTRIES) {
    const where = { entryIds: { in: entryIds.slice(at, at + ENTRIES) } };
    const { columns } = await collections.rows.project({ where }, { id: "text" });
    yield columns.id.filter((id) => id.startsWith(range));
  }
}

async function* rowsToSearch(deps: Pick<Deps, "collections">, reading: Reading, manyLost: boolean) {
  const { range, mark, changes } = reading;
  const { setId, counter: through } = changes.set;
  for (let after: Cursor | undefined; ;) {
    const query = { where: { range }, ...(after && { after }), limit: PAGE };
    const { columns, length } = await deps.collections.rows.project(query, { id: "text", lookup: "bytes" });
    const behind: string[] = [];
    const since = new Map<number, { ids: string[]; plans: SearchPlan[] }>();
    for (const [nth, id] of columns.id.entries()) {
      const row = readOrUndefined(columns.lookup.at(nth), setId);
      const due = row === undefined ? "search" : dueOf(row, { mark, through, manyLost });
      const byState = due === "search" || (due !== "nothing" && row?.byState === true);
      if (byState) behind.push(id);
      if (byState || due === "nothing" || row === undefined) continue;
      const together = since.get(due.since) ?? { ids: [], plans: [] };
      since.set(due.since, together);
      together.ids.push(id);
      together.plans.push(row.plan);
    }
    yield behind;
    for (const [counter, { ids, plans }] of since) yield* found(reading, counter, ids, plans);
    const last = columns.id.at(-1);
    if (last === undefined || length < PAGE) return;
    after = { id: last };
  }
}

async function* found({ changes, stop }: Reading, since: number, ids: string[], plans: SearchPlan[]) {
  const { fresh } = await changes.since(since, stop);
  if (fresh === undefined) return;
  const set = fresh === "all" ? changes.set : fresh;
  const size = fresh === "all" ? FEW : PAGE;
  for (let at = 0; at < ids.length; at += size) {
    const hits = await set.finds(plans.slice(at, at + size));
    yield ids.slice(at, at + size).filter((_, i) => hits[i]);
  }
}

// What cannot be read there is searched by its state, and put aside if that cannot be read either.
function readOrUndefined(bytes: Uint8Array, setId: string) {
  try {
    return bytes.length === 0 ? undefined : readLookup(bytes, setId);
  } catch {
    return undefined;
  }
}
