import { startThreads } from "@ntd/hammingindex";
import { expect, test } from "vitest";
import { SetChanges } from "../src/lists/set-changes.ts";
import { Aside } from "../src/rows/aside.ts";
import { lookUpPending } from "../src/rows/look-up-pending.ts";
import { onTarget } from "../src/rows/on-target.ts";
import { passRange } from "../src/rows/pass-range.ts";
import { beginPass, endPass, markIn, newRange, RANGES, rangeOf } from "../src/rows/range.ts";
import { matchIdOf } from "../src/store.ts";
import { memoryBed } from "./memory-bed.ts";
import { entryOf, loaded, targetEvent } from "./one-list.ts";

const HISTORY = [[0], [1]];
const hashlists = {
  async *streamChanges() {
    const header = { historyUnknown: false, policyChanged: false, othersInBetween: true };
    yield { header, added: [entryOf(1)], changed: [], removedEntryIds: [entryOf(0).entryId] };
  },
};

const at = new Date(0);
const ids = ["bad", "good", "other"].map((name) => matchIdOf(name, 1));
const [badId = "", goodId = "", otherId = ""] = ids;

test.each(["load", "save"] as const)(
  "a row that fails to %s is put aside, stops nobody, and is done when it is mended",
  async (fails) => {
    await using threads = startThreads({ search: 1 });
    const { bad, deps, aside, stop, ranges, asideRows, degraded, told, clock } = memoryBed(fails);
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
    // Another replica does it as well.
    const other = new Aside(deps);
    await other.retry(stop);
    expect(other.size).toBe(1);
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
    const { bad, deps, aside, stop, told } = memoryBed(fails);
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

test("a pass that fails on the way lets its range go: another process need not wait", async () => {
  const { deps, aside, stop } = memoryBed();
  await deps.index.put(await loaded(HISTORY, 1));
  await deps.collections.ranges.insert(
    RANGES[0] ?? "",
    endPass(beginPass(newRange, { setId: "a", through: 1, by: "x", now: at, until: at }) ?? newRange),
  );
  await deps.index.put(await loaded(HISTORY, 2));
  const set = deps.index.setOf("a");
  if (set === undefined) throw new Error("no set");
  await using threads = startThreads({ search: 1 });
  const down = {
    streamChanges: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("down")) }) }),
  };
  const pass = (by: string, from: object) => {
    const changes = new SetChanges(set, { hashlists: from as never, threads });
    return passRange({ deps, aside, changes, by, stop, between: () => Promise.resolve() }, RANGES[0] ?? "");
  };
  await expect(pass("me", down)).rejects.toThrow("down");
  expect(await pass("other", hashlists)).toBe(true);
});
