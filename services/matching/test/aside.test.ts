import { createLog, MovableClock } from "@ntd/service";
import { startThreads } from "@ntd/hammingindex";
import { expect, test } from "vitest";
import { SetChanges } from "../src/lists/set-changes.ts";
import { Aside, type AsideState } from "../src/rows/aside.ts";
import { lookUpPending } from "../src/rows/look-up-pending.ts";
import { onTarget } from "../src/rows/on-target.ts";
import { passRange } from "../src/rows/pass-range.ts";
import { markIn, RANGES, rangeOf, type RangeState } from "../src/rows/range.ts";
import type { Row } from "../src/rows/row.ts";
import { HashIndex } from "../src/search/hash-index.ts";
import { matchIdOf, rowsSpec, type Collections } from "../src/store.ts";
import { MemoryCollection } from "./memory-collection.ts";
import { entryOf, loaded, targetEvent } from "./one-list.ts";

const HISTORY = [[0], [1]];
const hashlists = {
  async *streamChanges() {
    const header = { historyUnknown: false, policyChanged: false, othersInBetween: true };
    yield { header, added: [entryOf(1)], changed: [], removedEntryIds: [entryOf(0).entryId] };
  },
};

/** A service over a store in memory, one row of which cannot be read, or cannot be saved with an event. */
function bed(fails: "load" | "save") {
  const clock = new MovableClock();
  const at = () => Promise.resolve();
  const rows = new MemoryCollection<Row>(rowsSpec as never);
  const ranges = new MemoryCollection<RangeState>({ name: "ranges", fields: {} });
  const asideRows = new MemoryCollection<AsideState>({ name: "aside", fields: {} });
  const seen = rows.seenBy<"range" | "pendingIn" | "entryIds", "lookup">(at);
  const bad = { id: "" };
  const broken = (id: string) => (id === bad.id ? Promise.reject(new Error("broken")) : undefined);
  const faulty: typeof seen = {
    ...seen,
    load: (id) => (fails === "load" && broken(id)) || seen.load(id),
    save: (document, state, event) =>
      (fails === "save" && event && broken(document.id)) || seen.save(document, state, event),
  };
  const collections = {
    rows: faulty,
    ranges: ranges.seenBy(at),
    aside: asideRows.seenBy(at),
  } as unknown as Collections;
  const degraded = { now: false };
  const health = { degrade: (_cause: string, is: boolean) => void (degraded.now = is) };
  const index = new HashIndex();
  const deps = { collections, index, clock, log: createLog("matching", "silent"), health };
  const aside = new Aside(deps);
  const { signal: stop } = new AbortController();
  const told = (id: string) => rows.documents.get(id)?.state.told?.hits.map(({ entryId }) => entryId);
  return { bad, deps, aside, stop, rows, ranges, asideRows, degraded, told, clock };
}

const ids = ["bad", "good", "other"].map((name) => matchIdOf(name, 1));
const [badId = "", goodId = "", otherId = ""] = ids;

test.each(["load", "save"] as const)(
  "a row that fails to %s is put aside, stops nobody, and is done when it is mended",
  async (fails) => {
    await using threads = startThreads({ search: 1 });
    const { bad, deps, aside, stop, ranges, asideRows, degraded, told, clock } = bed(fails);
    const see = onTarget(deps.collections, () => undefined);
    for (const [target, hash] of [
      ["bad", 1],
      ["good", 1],
      ["other", 0],
    ] as const) {
      await see(targetEvent({ target, version: 1, hash }) as never);
    }
    await deps.index.put(await loaded(HISTORY, 1));
    await lookUpPending(deps, aside, stop);
    expect([told(badId), told(goodId), told(otherId)]).toEqual([[], [], [entryOf(0).entryId]]);

    bad.id = badId;
    await deps.index.put(await loaded(HISTORY, 2));
    const set = deps.index.setOf("a");
    if (set === undefined) throw new Error("no set");
    await using changes = new SetChanges(set, { hashlists: hashlists as never, threads });
    const between = () => Promise.resolve();
    for (const range of RANGES)
      expect(await passRange({ deps, aside, changes, by: "me", stop, between }, range)).toBe(true);
    expect([told(badId), told(goodId), told(otherId)]).toEqual([[], [entryOf(1).entryId], []]);
    const range = ranges.documents.get(rangeOf(badId));
    expect(range && markIn(range.state, "a")).toBe(2);
    expect([...asideRows.documents.values()]).toMatchObject([{ id: badId, state: { reason: "INTERNAL", tries: 1 } }]);
    expect([aside.size, degraded.now]).toEqual([1, true]);

    bad.id = "";
    await aside.retry(stop);
    await lookUpPending(deps, aside, stop);
    expect(told(badId)).toEqual([]);
    clock.advance(60_000);
    await aside.retry(stop);
    await lookUpPending(deps, aside, stop);
    expect(told(badId)).toEqual([entryOf(1).entryId]);
    expect([asideRows.documents.size, aside.size, degraded.now]).toEqual([0, 0, false]);
  },
);

test.each(["load", "save"] as const)(
  "a new row that fails to %s does not keep others from being looked up",
  async (fails) => {
    const { bad, deps, aside, stop, told } = bed(fails);
    bad.id = badId;
    const see = onTarget(deps.collections, () => undefined);
    for (const target of ["good", "other"]) await see(targetEvent({ target, version: 1, hash: 0 }) as never);
    bad.id = "";
    await see(targetEvent({ target: "bad", version: 1, hash: 0 }) as never);
    bad.id = badId;
    await deps.index.put(await loaded(HISTORY, 1));
    for (let nth = 0; nth < 3; nth++) await lookUpPending(deps, aside, stop);
    expect([told(badId), told(goodId), told(otherId)]).toEqual([undefined, [entryOf(0).entryId], [entryOf(0).entryId]]);
    expect(aside.size).toBe(1);
  },
);
