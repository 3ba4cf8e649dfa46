import { nouns } from "@ntd/bus";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentOfPicture, entry, listed, publishRelease, publishTarget, putInForce, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

// What a restore lost of one list holds up no other one.

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

const pictures = [1, 2, 3].map((seed) => contentOfPicture(seed));
const entriesOf = async (picture: number) => {
  const content = (await pictures[picture - 1]) ?? expect.fail();
  return (["ALGORITHM_SHA256", "ALGORITHM_MD5", "ALGORITHM_SHA1"] as const).map((one) => entry(listed(content, one)));
};
const seen = async (targetId: string, picture: number) =>
  publishTarget(bed, { targetId, version: 1, content: await pictures[picture - 1] });
const hits = (targetId: string, ...setIds: string[]) =>
  eventually(`${targetId} hits ${setIds.join() || "nothing"}`, async () => {
    const told = (await bed.published(nouns.match)).filter(({ data }) => data.targetId === targetId).at(-1)?.data;
    return told !== undefined && [...new Set(told.hits.map((hit) => hit.setId))].toSorted().join() === setIds.join();
  });

/** Hashlists falls back: by no release of it is anything in force, or by an earlier one. */
async function fallBack(setId: string, counter: number, activeReleaseId = ""): Promise<void> {
  hashlists.history.set(setId, [{ counter, releaseId: activeReleaseId }]);
  hashlists.counters.set(setId, counter);
  const entryCount = hashlists.releases.get(activeReleaseId)?.length ?? 0;
  hashlists.releases.set("", []);
  await publishRelease(bed, { setId, counter, activeReleaseId, entryCount });
}

test("where nothing is left of a list its hits end, and all others are looked up in, also behind a restart", async () => {
  const STORE_URL = `file:${bed.dir}/matching.sqlite`;
  await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, await entriesOf(1));
  await putInForce(bed, hashlists, { setId: "set-b", counter: 1 }, await entriesOf(2));
  {
    await using _ = await startMatching(bed, hashlists, systemClock, { STORE_URL });
    await seen("t", 1);
    await hits("t", "set-a");
  }
  await fallBack("set-a", 2);
  {
    await using _ = await startMatching(bed, hashlists, systemClock, { STORE_URL });
    await seen("u", 2);
    await hits("u", "set-b");
    await hits("t");
  }
  await using _ = await startMatching(bed, hashlists, systemClock, { STORE_URL });
  await seen("v", 2);
  await hits("v", "set-b");
  // And the list that is uploaded again is searched as any other.
  await putInForce(bed, hashlists, { setId: "set-a", counter: 3 }, await entriesOf(1));
  await hits("t", "set-a");
});

test("a release that hashlists cannot tell to its end holds up no other list, and ends when an earlier one is in force", async () => {
  const first = await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, await entriesOf(1));
  await putInForce(bed, hashlists, { setId: "set-b", counter: 1 }, await entriesOf(2));
  await using matching = await startMatching(bed, hashlists, systemClock);
  await seen("t", 1);
  await hits("t", "set-a");
  hashlists.half.add("half");
  const half = [...(await entriesOf(1)), ...(await entriesOf(3))];
  hashlists.releases.set("half", half);
  await publishRelease(bed, { setId: "set-a", counter: 2, activeReleaseId: "half", entryCount: half.length });
  await eventually("it was asked for twice", async () => hashlists.asked.filter((one) => one === "half").length > 1);
  await putInForce(bed, hashlists, { setId: "set-b", counter: 2 }, [...(await entriesOf(2)), ...(await entriesOf(3))]);
  await seen("u", 3);
  await hits("u", "set-b");
  await fallBack("set-a", 3, first);
  await seen("v", 1);
  await hits("v", "set-a");
  expect(matching.address).not.toBe("");
});

test("at a start they are looked up in as soon as an earlier release is in force", async () => {
  hashlists.half.add("half");
  hashlists.releases.set("half", await entriesOf(1));
  await publishRelease(bed, { setId: "set-a", counter: 1, activeReleaseId: "half", entryCount: 3 });
  await putInForce(bed, hashlists, { setId: "set-b", counter: 1 }, await entriesOf(2));
  await using _ = await startMatching(bed, hashlists, systemClock);
  await seen("t", 2);
  await eventually("it was asked for twice", async () => hashlists.asked.filter((one) => one === "half").length > 1);
  await fallBack("set-a", 2);
  await hits("t", "set-b");
});
