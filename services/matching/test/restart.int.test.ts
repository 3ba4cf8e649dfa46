import { readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Content } from "@ntd/proto/prober/v1/target";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentOfPicture, entry, fingerprint, listed, putInForce, revoke, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
let content: Content;
const clock = new MovableClock();
const set = { setId: "set-a", counter: 1 };

beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  content = await contentOfPicture(1);
  matching = await startMatching(bed, hashlists, clock, { SNAPSHOT_DIR: join(bed.dir, "snapshots") });
});
afterEach(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function restart(): Promise<void> {
  await matching[Symbol.asyncDispose]();
  hashlists.asked.length = 0;
  const settings = { STORE_URL: matching.storeUrl, SNAPSHOT_DIR: join(bed.dir, "snapshots") };
  matching = await startMatching(bed, hashlists, clock, settings);
}

/** The entries that a look-up finds, when there are so many. */
const found = (count: number) =>
  eventually(`${count} entries are found`, async () => {
    const { hits } = await matching.client.lookup({ fingerprints: content.fingerprints, recipe: content.recipe });
    return hits.length === count && hits.map(({ entryId }) => entryId);
  });
const kept = (name: RegExp) =>
  eventually("a snapshot is kept", async () => {
    const names = await readdir(join(bed.dir, "snapshots/set-set-a")).catch((): string[] => []);
    return names.length === 1 && names.find((one) => name.test(one));
  });

test("a restart asks nobody, and what was revoked since is all it asks for", async () => {
  const near = entry(listed(content, "ALGORITHM_PDQ"));
  const exact = entry(listed(content, "ALGORITHM_SHA256"));
  const activeReleaseId = await putInForce(bed, hashlists, set, [near, exact]);
  await kept(/-1$/);
  hashlists.down = true;
  await restart();
  expect(await found(2)).toEqual([exact.entryId, near.entryId]);
  expect(hashlists.asked).toEqual([]);

  // Of what was revoked while it was away it must hear before it looks anything up.
  await matching[Symbol.asyncDispose]();
  await revoke(bed, hashlists, { ...set, counter: 2, activeReleaseId }, [near.entryId]);
  await restart();
  await eventually("it asks", () => hashlists.asked.length > 1);
  hashlists.down = false;
  expect(await found(1)).toEqual([exact.entryId]);
  expect(new Set(hashlists.asked)).toEqual(new Set([set.setId]));
  clock.advance(60_000);
  await kept(/-2$/);
});

test("a snapshot that is cut short is refused, and the set is read from hashlists again", async () => {
  const near = entry(listed(content, "ALGORITHM_PDQ"));
  const activeReleaseId = await putInForce(bed, hashlists, set, [near]);
  const name = await kept(/-1$/);
  await matching[Symbol.asyncDispose]();
  await truncate(join(bed.dir, "snapshots/set-set-a", name, "pdq.index"), 100);
  await restart();
  expect(await found(1)).toEqual([near.entryId]);
  expect(hashlists.asked).toEqual([activeReleaseId, set.setId]);
  await kept(/-1$/);
});

test("a release that came while it was away is taken in from what changed, and nothing is read again", async () => {
  const [near, exact] = [entry(listed(content, "ALGORITHM_PDQ")), entry(listed(content, "ALGORITHM_SHA256"))];
  const others = Array.from({ length: 20 }, (_, n) =>
    entry(fingerprint("ALGORITHM_SHA256", new Uint8Array(32).fill(n))),
  );
  const first = await putInForce(bed, hashlists, set, [near, ...others]);
  await kept(/-1$/);
  await matching[Symbol.asyncDispose]();
  const second = await putInForce(bed, hashlists, { ...set, counter: 2 }, [exact, ...others]);
  await restart();
  await eventually("the other release is in force", async () => (await found(1))[0] === exact.entryId);
  // The list is brought to it, and what was seen before is searched for what is new in it: that asks by itself, and later.
  const changed = { setId: set.setId, afterCounter: 1n, throughCounter: 2n };
  expect([[changed], [changed, changed]]).toContainEqual(hashlists.changesAsked);
  expect(hashlists.asked).not.toContain(first);
  expect(hashlists.asked).not.toContain(second);
  await kept(/-2$/);
});

test("a release that has little of the one that was kept is read whole", async () => {
  await putInForce(bed, hashlists, set, [entry(listed(content, "ALGORITHM_PDQ"))]);
  await kept(/-1$/);
  const exact = entry(listed(content, "ALGORITHM_SHA256"));
  await matching[Symbol.asyncDispose]();
  const second = await putInForce(bed, hashlists, { ...set, counter: 2 }, [exact]);
  await restart();
  await eventually("the other release is in force", async () => (await found(1))[0] === exact.entryId);
  expect(hashlists.asked).toContain(second);
});
