import { readdir } from "node:fs/promises";
import { nouns } from "@ntd/bus";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  contentOf,
  contentOfPicture,
  entry,
  listed,
  publishRelease,
  publishTarget,
  putInForce,
  restore,
  retire,
  revoke,
  startMatching,
} from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
});
afterEach(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const setId = "set-a";
const newest = async (targetId: string) =>
  (await bed.published(nouns.match)).filter(({ data }) => data.targetId === targetId).at(-1)?.data;
const hitsOf = async (targetId: string) => (await newest(targetId))?.hits.map(({ entryId }) => entryId);
const becomes = (targetId: string, ...entryIds: string[]) =>
  eventually(`${targetId} hits ${entryIds.length}`, async () => {
    const hits = await hitsOf(targetId);
    return hits !== undefined && [...new Set(hits)].toSorted().join() === entryIds.toSorted().join();
  });

/** A set with a picture, of which a copy is looked up, and so many others. */
async function listedOnce(others: number) {
  const picture = await contentOfPicture(1);
  const copy = await contentOf(await reencode(await generatePicture(1), { quality: 30 }));
  const near = entry(listed(picture, "ALGORITHM_PDQ"));
  const exact = entry(listed(copy, "ALGORITHM_SHA256"));
  const more = Array.from({ length: others }, (_, n) =>
    entry({
      algorithm: "ALGORITHM_MD5",
      value: Uint8Array.from({ length: 16 }, (__, at) => (at === 0 ? n + 1 : 9)),
      quality: 0,
    }),
  );
  const entries = [near, exact, ...more];
  const activeReleaseId = await putInForce(bed, hashlists, { setId, counter: 1 }, entries);
  return { near, exact, copy, activeReleaseId, entries };
}

test.each([
  ["a short list, which is read anew", 0],
  ["a longer one, in which only that is taken in", 60],
])(
  "given an entry that was taken back and is given back, in %s, then it is found again and nobody called it wrong",
  async (_, others) => {
    const { near, exact, copy, activeReleaseId } = await listedOnce(others);
    await using matching = await startMatching(bed, hashlists, systemClock);
    await publishTarget(bed, { targetId: "t", version: 1, content: copy });
    await becomes("t", near.entryId, exact.entryId);
    await revoke(bed, hashlists, { setId, counter: 2, activeReleaseId }, [near.entryId, exact.entryId]);
    await becomes("t");
    expect((await newest("t"))?.revokedHits).toHaveLength(2);
    // Looked up while it was gone.
    await publishTarget(bed, { targetId: "u", version: 1, content: copy });
    await becomes("u");
    const reads = () => hashlists.asked.filter((one) => one === activeReleaseId).length;
    const before = reads();
    await restore(bed, hashlists, { setId, counter: 3, activeReleaseId }, [near.entryId]);
    await becomes("t", near.entryId);
    await becomes("u", near.entryId);
    expect((await newest("t"))?.revokedHits.map(({ entryId }) => entryId)).toEqual([exact.entryId]);
    expect(reads() - before).toBe(others === 0 ? 1 : 0);
    await publishTarget(bed, { targetId: "v", version: 1, content: copy });
    await becomes("v", near.entryId);
    // And taken back again.
    await revoke(bed, hashlists, { setId, counter: 4, activeReleaseId, restoredCounter: 3 }, [near.entryId]);
    for (const target of ["t", "u", "v"]) await becomes(target);
    expect((await newest("t"))?.revokedHits).toHaveLength(2);
    expect(matching.address).not.toBe("");
  },
);

test.each([7, 8])(
  "however fast entries are taken back and given back, in the end what is found is what is left (%i)",
  async (seed) => {
    const { copy, activeReleaseId, entries } = await listedOnce(60);
    const own = (["ALGORITHM_SHA1", "ALGORITHM_MD5"] as const).map((algorithm) => entry(listed(copy, algorithm)));
    entries.push(...own);
    const ids = [...entries.slice(0, 2), ...own].map(({ entryId }) => entryId);
    await publishRelease(bed, { setId, counter: 1, activeReleaseId, entryCount: entries.length, version: 3 });
    await using _ = await startMatching(bed, hashlists, systemClock);
    await publishTarget(bed, { targetId: "t", version: 1, content: copy });
    await becomes("t", ...ids);
    const gone = new Set<string>();
    let [state, restoredCounter] = [seed, 0];
    const next = (below: number) => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % 65_521) % below;
    for (let counter = 2; counter < 40; counter++) {
      const id = ids[next(ids.length)] ?? "";
      const set = { setId, counter, activeReleaseId, version: counter + 3 };
      if (gone.has(id)) {
        await restore(bed, hashlists, set, [id]);
        restoredCounter = counter;
        gone.delete(id);
      } else {
        await revoke(bed, hashlists, { ...set, ...(restoredCounter > 0 && { restoredCounter }) }, [id]);
        gone.add(id);
      }
      if (next(3) === 0) await eventually("some of it came", async () => (await newest("t")) !== undefined);
      if (next(5) === 0) await publishTarget(bed, { targetId: `u${counter}`, version: 1, content: copy });
    }
    const left = ids.filter((id) => !gone.has(id));
    await becomes("t", ...left);
    await publishTarget(bed, { targetId: "last", version: 1, content: copy });
    await becomes("last", ...left);
    await eventually("all are through", async () => (await newest("last"))?.searchedSets[0]?.counter === 39n);
    await becomes("t", ...left);
  },
);

test("given entries given back while it was down, then a start finds them, whatever snapshot it kept", async () => {
  const { near, exact, copy, activeReleaseId } = await listedOnce(0);
  const settings = { SNAPSHOT_DIR: `${bed.dir}/snapshots`, STORE_URL: `file:${bed.dir}/matching.sqlite` };
  {
    await using _ = await startMatching(bed, hashlists, systemClock, settings);
    await publishTarget(bed, { targetId: "t", version: 1, content: copy });
    await becomes("t", near.entryId, exact.entryId);
    await revoke(bed, hashlists, { setId, counter: 2, activeReleaseId }, [near.entryId]);
    await becomes("t", exact.entryId);
    await eventually("it is kept", async () => (await readdir(`${bed.dir}/snapshots`, { recursive: true })).length > 2);
  }
  await restore(bed, hashlists, { setId, counter: 3, activeReleaseId }, [near.entryId]);
  await using _ = await startMatching(bed, hashlists, systemClock, settings);
  await becomes("t", near.entryId, exact.entryId);
});

test("a set that is retired is searched no more: its hits end, by nobody's word against them, also behind a restart", async () => {
  const { near, exact, copy } = await listedOnce(3);
  const STORE_URL = `file:${bed.dir}/matching.sqlite`;
  {
    await using _ = await startMatching(bed, hashlists, systemClock, { STORE_URL });
    await publishTarget(bed, { targetId: "t", version: 1, content: copy });
    await becomes("t", near.entryId, exact.entryId);
    await retire(bed, hashlists, { setId, counter: 2 });
    await becomes("t");
    expect((await newest("t"))?.revokedHits).toEqual([]);
    await publishTarget(bed, { targetId: "u", version: 1, content: copy });
    await becomes("u");
  }
  const asked = hashlists.asked.length;
  await using _ = await startMatching(bed, hashlists, systemClock, { STORE_URL });
  await publishTarget(bed, { targetId: "v", version: 1, content: copy });
  await becomes("v");
  expect(hashlists.asked.slice(asked).filter((one) => one !== setId)).toEqual([]);
  // What decided is told still when somebody calls it wrong.
  const wrong = { setId, counter: 3, activeReleaseId: "", retiredCounter: 2 };
  await revoke(bed, hashlists, wrong, [exact.entryId], "REVOCATION_CAUSE_NOT_ILLEGAL");
  await eventually("it is told", async () => (await newest("t"))?.revokedHits[0]?.entryId === exact.entryId);
});

test("given a set that is retired while it was down, then a start ends its hits", async () => {
  const { near, exact, copy } = await listedOnce(3);
  const settings = { SNAPSHOT_DIR: `${bed.dir}/snapshots`, STORE_URL: `file:${bed.dir}/matching.sqlite` };
  {
    await using _ = await startMatching(bed, hashlists, systemClock, settings);
    await publishTarget(bed, { targetId: "t", version: 1, content: copy });
    await becomes("t", near.entryId, exact.entryId);
  }
  await retire(bed, hashlists, { setId, counter: 2 });
  await using _ = await startMatching(bed, hashlists, systemClock, settings);
  await becomes("t");
});
