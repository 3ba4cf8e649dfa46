import { startThreads } from "@ntd/hammingindex";
import { afterAll, expect, test } from "vitest";
import { SetChanges } from "../src/lists/set-changes.ts";
import { passRange } from "../src/rows/pass-range.ts";
import { markIn, newRange, RANGES } from "../src/rows/range.ts";
import { takeSearch, takeTarget, type Row, type SetSearch } from "../src/rows/row.ts";
import { planOf } from "../src/search/search-plan.ts";
import { matchIdOf } from "../src/ids.ts";
import { memoryBed } from "./memory-bed.ts";
import { entryOf, loaded, targetEvent } from "./one-list.ts";

const threads = startThreads({ search: 1 });
afterAll(() => threads[Symbol.asyncDispose]());

const HISTORY = [
  [0, 1],
  [0, 2],
];
const at = new Date(0);

/** A row as version 0.2 left it: it says itself how far it was searched, and no range says anything. */
async function oldRow(target: string, hash: number): Promise<Row> {
  const { data } = targetEvent({ target, version: 1, hash });
  const row = takeTarget(undefined, { ...data, version: 1 } as never) as Row;
  const set = await loaded(HISTORY, 1);
  const hits = await set.search(planOf(row.content.fingerprints, "exact-1"));
  return takeSearch(row, [{ setId: "a", counter: 1, releaseCounter: 1, hits } as SetSearch], at);
}

test.each([true, false])(
  "rows of version 0.2 are lifted without being written; then only those whose hits change are, history unknown: %s",
  async (historyUnknown) => {
    const { deps, aside, stop, rows, ranges, told } = memoryBed();
    const ids = new Map<number, string>();
    for (const hash of [0, 1, 2, 3]) {
      const id = matchIdOf(`t${hash}`, 1);
      ids.set(hash, id);
      await deps.collections.rows.insert(id, await oldRow(`t${hash}`, hash));
    }
    const hashlists = {
      async *streamRevocations() {},
      async *streamChanges() {
        const removedEntryIds = historyUnknown ? [] : [entryOf(1).entryId];
        const added = historyUnknown ? [] : [entryOf(2)];
        const header = { historyUnknown, policyChanged: false, othersInBetween: true };
        yield { header, added, changed: [], removedEntryIds, restated: [] };
      },
    };
    const pass = async (counter: number) => {
      await deps.index.put(await loaded(HISTORY, counter));
      const set = deps.index.setOf("a");
      if (set === undefined) throw new Error("no set");
      await using changes = new SetChanges(set, { hashlists: hashlists as never, threads });
      const passing = { deps, aside, changes, by: "me", stop, between: () => Promise.resolve() };
      for (const range of RANGES) expect(await passRange(passing, range)).toBe(true);
    };
    const versions = () => [...ids.values()].map((id) => rows.documents.get(id)?.version);
    await pass(1);
    expect(versions()).toEqual([1, 1, 1, 1]);
    expect(RANGES.map((range) => markIn(ranges.documents.get(range)?.state ?? newRange, "a"))).toEqual(
      RANGES.map(() => 1),
    );
    await pass(2);
    expect(versions()).toEqual([1, 2, 2, 1]);
    expect([...ids.values()].map(told)).toEqual([[entryOf(0).entryId], [], [entryOf(2).entryId], []]);
  },
);
