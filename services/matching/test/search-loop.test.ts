import { startThreads } from "@ntd/hammingindex";
import { Problem } from "@ntd/service";
import { afterAll, expect, test, vi } from "vitest";
import { startSearching } from "../src/rows/every-second-search.ts";
import { lookUpPending } from "../src/rows/look-up-pending.ts";
import { onTarget } from "../src/rows/on-target.ts";
import { beginPass, endPass, newRange, RANGES } from "../src/rows/range.ts";
import { matchIdOf } from "../src/ids.ts";
import { memoryBed } from "./memory-bed.ts";
import { entryOf, loaded, targetEvent } from "./one-list.ts";

const threads = startThreads({ search: 1 });
afterAll(() => threads[Symbol.asyncDispose]());

const HISTORY = [[0], [1]];
const at = new Date(0);
const changesLost = {
  streamChanges: () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Problem("WRONG_STATE")) }),
  }),
};

test("a set whose changes cannot be told keeps no other set from being searched", async () => {
  const { deps, aside, stop, told } = memoryBed();
  await onTarget(
    deps.collections,
    () => undefined,
    deps.clock,
  )(targetEvent({ target: "t", version: 1, hash: 1 }) as never);
  await deps.index.put(await loaded(HISTORY, 1));
  await lookUpPending(deps, aside, stop);
  const begun = beginPass(newRange, { setId: "a", through: 1, by: "me", now: at, until: at });
  for (const range of RANGES) await deps.collections.ranges.insert(range, endPass(begun ?? newRange));
  await deps.index.put(await loaded(HISTORY, 2));
  await deps.index.put(await loaded(HISTORY, 2, "b"));
  deps.index.becomeReady();
  const sources = { hashlists: changesLost as never, threads, snapshots: undefined };
  await using _loop = startSearching({ ...deps, sources });
  await vi.waitFor(() => expect(told(matchIdOf("t", 1))).toEqual([entryOf(1).entryId]), 5000);
});
