import { setImmediate } from "node:timers/promises";
import { atOnce } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Aside } from "./aside.ts";
import type { Deps } from "../deps.ts";
import { HeldRange, PassTakenOver } from "./held-range.ts";
import { sameHits } from "../search/hits.ts";
import type { SetChanges } from "../lists/set-changes.ts";
import { markIn } from "./range.ts";
import { hitsIn } from "./hits-in.ts";
import { missedIn, raisedTo, type Row } from "./row.ts";
import { rowsBehind } from "./rows-behind.ts";
import { saveSearch } from "./save-search.ts";

/** Rows whose writes are announced together. */
const TOGETHER = 256;
const LANES = 8;

export interface Passing {
  deps: Pick<Deps, "collections" | "clock">;
  aside: Aside;
  changes: SetChanges;
  /** Names this process. */
  by: string;
  stop: AbortSignal;
  /** Between two pages: what waits to be looked up at all comes first. */
  between: () => Promise<void>;
}

/**
 * Brings every row of a range through the counter of a loaded set, then raises the range's mark. Only rows whose hits
 * are others now are written; each is searched in the whole list. False when there was nothing to do or somebody else
 * does it.
 */
export async function passRange(passing: Passing, range: string): Promise<boolean> {
  const { deps, changes, by, stop, between } = passing;
  const { setId, counter: through } = changes.set;
  const held = await HeldRange.take({ ...deps, aside: passing.aside }, range, { setId, through, by });
  if (held === undefined) return false;
  const behind = new Set<string>();
  try {
    for await (const ids of rowsBehind(deps, { range, mark: markIn(held.state, setId), changes, stop })) {
      for (const id of ids) behind.add(id);
      if (behind.size >= TOGETHER) await searchRows(passing, held, behind);
      await between();
      await held.keep();
      await setImmediate();
      if (stop.aborted) break;
    }
    await searchRows(passing, held, behind);
    await (stop.aborted ? held.leave() : held.end());
  } catch (error) {
    if (error instanceof PassTakenOver) return false;
    // Also when this process stops: who comes next need not wait until it counts as silent.
    await held.letGo().catch(() => undefined);
    throw error;
  }
  return true;
}

async function searchRows(passing: Passing, held: HeldRange, behind: Set<string>): Promise<void> {
  const { deps, aside } = passing;
  const ids = [...behind];
  behind.clear();
  for (let at = 0; at < ids.length; at += TOGETHER) {
    const some = ids.slice(at, at + TOGETHER);
    await held.willWrite(some);
    const documents = await Promise.all(some.map((id) => aside.unlessBad(id, () => deps.collections.rows.load(id))));
    await held.requireHeld();
    await atOnce(documents, LANES, async (document) => {
      if (document !== undefined) await aside.unlessBad(document.id, () => searchRow(passing, held, document));
    });
  }
}

async function searchRow({ deps, changes, stop }: Passing, held: HeldRange, document: Document<Row>): Promise<void> {
  const { set } = changes;
  const row = raisedTo(document.state, held.state.sets);
  const before = row.searched.find(({ setId }) => setId === set.setId);
  // What became pending meanwhile is looked up by whoever has come as far as this pass.
  if (row.pending || (before !== undefined && before.counter >= set.counter)) return;
  const hits = await hitsIn(set, row);
  const missed = missedIn(row, set.setId, hits);
  const revoked = await changes.revokedAmong(missed, markIn(held.state, set.setId), stop);
  if (revoked.length === 0 && sameHits(before?.hits ?? [], hits)) return;
  // Refused, it was written by somebody who had come as far, or the range was taken over.
  await saveSearch(deps, document, row, [{ setId: set.setId, counter: set.counter, hits }], revoked);
}
