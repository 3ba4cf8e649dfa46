import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { change, openStore } from "@ntd/store";
import { containersMissing, eventually, startMongoContainer } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idTexts } from "../src/entries/entry-id.ts";
import { revokedIn } from "../src/revoked/revoked-in.ts";
import { counterKey } from "../src/sets/counter-key.ts";
import type { HashSetState } from "../src/sets/hash-set.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { many, setState, takenBack } from "./taken-back.ts";

// A backup that copies one collection after the other may have packed steps that its set has not taken: in the life of the
// set that goes on from there others take effect with the same counters.

const noContainers = await containersMissing();
const stores = [
  { name: "sqlite", missing: undefined },
  { name: noContainers === undefined ? "mongo" : `mongo (skipped: ${noContainers})`, missing: noContainers },
];

describe.each(stores)("on $name", ({ name, missing }) => {
  const held = new AsyncDisposableStack();
  let collections: Collections;
  beforeAll(async () => {
    if (missing !== undefined) return;
    const dir = await mkdtemp(join(tmpdir(), "ntd-hashlists-"));
    held.defer(() => rm(dir, { recursive: true, force: true }));
    const url = name === "sqlite" ? `file:${join(dir, "store")}` : `${held.use(await startMongoContainer()).url}/ntd`;
    collections = await openCollections(held.use(await openStore(url)));
  });
  afterAll(() => held.disposeAsync());
  const when = test.skipIf(missing !== undefined);

  const behind = (setId: string, counter: number) => ({
    gt: counterKey(setId, counter),
    lte: counterKey(setId, Number.MAX_SAFE_INTEGER),
  });
  const packedOf = (setId: string) =>
    collections.packedSteps.find({ where: { through: behind(setId, 0) }, orderBy: "through", limit: 9 });
  const throughOf = async (setId: string) => (await packedOf(setId)).map(({ state }) => state.through);
  async function told(set: HashSetState, after: number, through?: number): Promise<string[]> {
    const ids: string[] = [];
    for await (const some of revokedIn(collections, set, after, through)) {
      for (const one of some) for (const id of idTexts(one.ids)) ids.push(`${one.counter} ${id}`);
    }
    return ids;
  }
  const at = (ids: readonly string[], from: number) => ids.map((id, nth) => `${from + nth} ${id}`);

  /** A set at 400 of which was packed what took effect up to 2,000, in a life that was lost. */
  async function restored() {
    const first = many(400);
    const at400 = await takenBack(collections, setState(`set-${randomUUID()}`, new Date()), first);
    const { setId } = at400;
    await collections.sets.insert(setId, at400);
    const lived = await takenBack(collections, at400, many(1700));
    await change(collections.sets, setId, () => ({ state: lived }));
    await eventually("it is packed", async () => (await told(lived, 0), (await throughOf(setId)).length === 2));
    return { setId, first, at400, lived, packed: await packedOf(setId) };
  }
  async function goBackTo(set: HashSetState): Promise<void> {
    const { setId, counter } = set;
    const lost = { where: { effective: behind(setId, counter) }, orderBy: "effective" } as const;
    const { columns } = await collections.revocations.project(lost, { id: "text" });
    await collections.revocations.remove(...columns.id);
    await change(collections.sets, setId, () => ({ state: set }));
  }
  async function goOn(set: HashSetState, ids: readonly string[]): Promise<HashSetState> {
    const next = await takenBack(collections, set, ids);
    await change(collections.sets, set.setId, () => ({ state: next }));
    return next;
  }

  when("what was packed beyond the set is dropped, and hides nothing that takes effect from there on", async () => {
    const { setId, first, at400 } = await restored();
    await goBackTo(at400);
    const own = many(3);
    const set = await goOn(at400, own);
    expect(await told(set, 400)).toEqual(at(own, 401));
    expect(await throughOf(setId)).toEqual([]);
    expect(await told(set, 0)).toEqual([...at(first, 1), ...at(own, 401)]);
  });

  when("nor does it where the set has gone as far meanwhile; what it took is packed in its place", async () => {
    const { setId, at400, packed } = await restored();
    await goBackTo(at400);
    const own = many(1700);
    const set = await goOn(at400, own);
    const newest = await told(set, 2000);
    expect(newest).toEqual(at(own.slice(1600), 2001));
    const fifth = `1401 ${own[1000]}`;
    expect(await told(set, 0)).toContain(fifth);
    await eventually("it is packed anew", async () => {
      const again = await packedOf(setId);
      return again.length === 2 && again.every(({ state }, nth) => state.last !== packed[nth]?.state.last);
    });
    expect(await told(set, 1000)).toContain(fifth);
  });

  when("who knows the set as it was a while ago drops nothing", async () => {
    const { setId, first, at400 } = await restored();
    expect(await told(at400, 0)).toEqual(at(first, 1));
    expect(await told(at400, 399)).toEqual(at(first.slice(399), 400));
    expect(await throughOf(setId)).toEqual([1000, 2000]);
  });
});
