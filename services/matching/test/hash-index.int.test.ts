import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { HashIndex } from "../src/search/hash-index.ts";
import { LoadedSet, thresholdsOf } from "../src/lists/loaded-set.ts";
import { ReleaseBuilder } from "../src/entries/release-builder.ts";
import { planOf } from "../src/search/search-plan.ts";
import type { KnownSet } from "../src/store.ts";
import { entry, fingerprint, policy } from "./bed.ts";

const listed = fingerprint("ALGORITHM_PDQ", new Uint8Array(32).fill(0xa5), 90);
const plan = planOf([listed], "exact-1");
const knownAs = (setId: string, counter: number): KnownSet => ({
  schemaVersion: 1,
  setId,
  version: 1,
  policy,
  activeReleaseId: `release-${counter}`,
  entryCount: 1,
  counter,
});

async function loaded(setId: string, counter: number): Promise<LoadedSet> {
  const known = knownAs(setId, counter);
  const builder = new ReleaseBuilder(thresholdsOf(known));
  builder.add(entry(listed));
  return new LoadedSet(known, await builder.build());
}

test("before all sets are there it answers nothing", async () => {
  await using index = new HashIndex();
  await index.put(await loaded("a", 1));
  await expect(index.search(plan)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  index.becomeReady();
  expect(await index.search(plan)).toHaveLength(1);
});

test("a set that takes the place of another is found at once; the other one is let go after its last search", async () => {
  await using index = new HashIndex();
  const [first, second] = [await loaded("a", 1), await loaded("a", 2)];
  await index.put(first);
  const searching = Promise.withResolvers<void>();
  const search = index.withSets(async ([set]) => {
    await searching.promise;
    return set?.search(plan);
  });
  let letGo = false;
  const put = index.put(second).then(() => (letGo = true));
  expect(index.setOf("a")).toBe(second);
  await index.withSets(async ([set]) => expect(set).toBe(second));
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  expect(letGo).toBe(false);
  searching.resolve();
  expect(await search).toMatchObject([{ releaseId: "release-1" }]);
  await put;
  expect(letGo).toBe(true);
});

test("the same entries through a later counter are not let go", async () => {
  await using index = new HashIndex();
  index.becomeReady();
  const set = await loaded("a", 1);
  await index.put(set);
  using _held = set.entries.hold();
  await index.put(new LoadedSet(knownAs("a", 2), set.entries));
  expect(await index.search(plan)).toMatchObject([{ releaseId: "release-2" }]);
});
