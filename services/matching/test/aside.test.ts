import { startThreads } from "@ntd/hammingindex";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { SetChanges } from "../src/lists/set-changes.ts";
import { Aside } from "../src/rows/aside.ts";
import { lookUpPending } from "../src/rows/look-up-pending.ts";
import { onTarget } from "../src/rows/on-target.ts";
import { passRange } from "../src/rows/pass-range.ts";
import { beginPass, endPass, markIn, newRange, RANGES, rangeOf } from "../src/rows/range.ts";
import { HashIndex } from "../src/search/hash-index.ts";
import { matchIdOf } from "../src/ids.ts";
import { memoryBed } from "./memory-bed.ts";
import { entryOf, loaded, targetEvent } from "./one-list.ts";

const HISTORY = [[0], [1]];
const hashlists = {
  async *streamRevocations() {},
  async *streamChanges() {
    const header = { historyUnknown: false, policyChanged: false, othersInBetween: true };
    yield { header, added: [entryOf(1)], changed: [], removedEntryIds: [entryOf(0).entryId], restated: [] };
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
    const see = onTarget(deps.collections, () => undefined, deps.clock);
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
    expect([aside.size, degraded.now]).toEqual([0, false]);
    const restarted = new Aside(deps);
    await restarted.retry(stop);
    expect(restarted.size).toBe(0);
  },
);

test.each(["load", "save"] as const)(
  "a new row that fails to %s does not keep others from being looked up",
  async (fails) => {
    const { bad, deps, aside, stop, told } = memoryBed(fails);
    bad.id = badId;
    const see = onTarget(deps.collections, () => undefined, deps.clock);
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

test("a row that one replica puts aside while another is done with it is tried again", async () => {
  await using threads = startThreads({ search: 1 });
  const { bad, deps, aside, stop, ranges, told, clock } = memoryBed("load");
  await onTarget(
    deps.collections,
    () => undefined,
    deps.clock,
  )(targetEvent({ target: "bad", version: 1, hash: 1 }) as never);
  await deps.index.put(await loaded(HISTORY, 1));
  bad.id = badId;
  await lookUpPending(deps, aside, stop);
  bad.id = "";
  // Another replica looks it up in the first list; before it notes that, this one passes the range through the second.
  const newer = new HashIndex();
  const set = await loaded(HISTORY, 2);
  await newer.put(set);
  await using changes = new SetChanges(set, { hashlists: hashlists as never, threads });
  const between = () => Promise.resolve();
  const pass = async () => {
    bad.id = badId;
    expect(await passRange({ deps, aside, changes, by: "me", stop, between }, rangeOf(badId))).toBe(true);
    bad.id = "";
  };
  const notes = deps.collections.aside;
  const remove: typeof notes.remove = (...of) => pass().then(() => notes.remove(...of));
  const save: typeof notes.save = (...of) => pass().then(() => notes.save(...of));
  const theirs = { ...deps, collections: { ...deps.collections, aside: { ...notes, remove, save } } };
  const other = new Aside(theirs);
  clock.advance(60_000);
  await other.retry(stop);
  await lookUpPending(theirs, other, stop);
  const range = ranges.documents.get(rangeOf(badId));
  expect([told(badId), range && markIn(range.state, "a")]).toEqual([[], 2]);

  clock.advance(3_600_000);
  await aside.retry(stop);
  await lookUpPending({ ...deps, index: newer }, aside, stop);
  expect(told(badId)).toEqual([entryOf(1).entryId]);
});

test("a row that is put aside again after it was done is tried as if for the first time", async () => {
  const { aside, asideRows, clock } = memoryBed();
  const fail = () => aside.unlessBad(badId, () => Promise.reject(new Error("broken")));
  const tries = () => [...asideRows.documents.values()].map(({ state }) => state.tries);
  await fail();
  await fail();
  expect(tries()).toEqual([2]);
  await aside.done(badId);
  clock.advance(60_000);
  await fail();
  expect(tries()).toEqual([1]);
  expect([...asideRows.documents.values()]).toMatchObject([{ state: { since: clock.now() } }]);
});

test("a row that was put aside by a clock that was ahead does not wait for it", async () => {
  const { aside, clock } = memoryBed();
  clock.advance(3_600_000);
  await aside.unlessBad(badId, () => Promise.reject(new Error("broken")));
  expect(aside.holds(badId)).toBe(true);
  clock.advance(-3_600_000);
  expect(aside.holds(badId)).toBe(false);
});

test.each(["STORE_FULL", "STORE_UNAVAILABLE"] as const)(
  "no row is put aside for a store's sake: %s",
  async (reason) => {
    const { bad, deps, aside, stop, told } = memoryBed("save");
    await onTarget(
      deps.collections,
      () => undefined,
      deps.clock,
    )(targetEvent({ target: "bad", version: 1, hash: 0 }) as never);
    await deps.index.put(await loaded(HISTORY, 1));
    Object.assign(bad, { id: badId, failure: new Problem(reason) });
    await expect(lookUpPending(deps, aside, stop)).rejects.toMatchObject({ reason });
    expect(aside.size).toBe(0);
    bad.id = "";
    await lookUpPending(deps, aside, stop);
    expect(told(badId)).toEqual([entryOf(0).entryId]);
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
