import { nouns } from "@ntd/bus";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentOfPicture, entry, listed, publishRelease, publishTarget, putInForce, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed, true);
  matching = await startMatching(bed, hashlists, systemClock);
});
afterAll(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const AS_LISTED = { leastVotes: 0, disputed: false, disabled: false };
const newest = async (targetId: string) =>
  (await bed.published(nouns.match)).filter(({ data }) => data.targetId === targetId).at(-1)?.data;
const hitsOf = async (targetId: string) =>
  ((await newest(targetId))?.hits ?? []).map(({ votes, disputed = false }) => ({ votes, disputed }));
const timesTold = async (targetId: string) =>
  (await bed.published(nouns.match)).filter(({ data }) => data.targetId === targetId).length;

test("what members say counts in what was found before, and for a release that is read whole", async () => {
  const setId = "said";
  const [picture, other] = [await contentOfPicture(1), await contentOfPicture(2)];
  const [said, unsaid] = [entry(listed(picture, "ALGORITHM_PDQ")), entry(listed(other, "ALGORITHM_PDQ"))];
  const activeReleaseId = await putInForce(bed, hashlists, { setId, counter: 1 }, [said, unsaid]);
  const { entryId } = said;
  /** What counts of an entry from a counter on, as hashlists tells it. */
  const counts = async (counter: number, standing: Partial<typeof AS_LISTED>) => {
    const before = hashlists.standings?.get(setId) ?? [];
    hashlists.standings?.set(setId, [...before, { counter, entryId, ...AS_LISTED, ...standing }]);
    hashlists.counters.set(setId, counter);
    await publishRelease(bed, { setId, counter, activeReleaseId, entryCount: 2 });
  };
  const becomes = (hits: { votes: number; disputed: boolean }[]) =>
    eventually(`it has ${JSON.stringify(hits)}`, async () => {
      return JSON.stringify(await hitsOf("said")) === JSON.stringify(hits);
    });
  await publishTarget(bed, { targetId: "said", version: 1, content: picture });
  await publishTarget(bed, { targetId: "unsaid", version: 1, content: other });
  await becomes([{ votes: 3, disputed: false }]);
  await eventually("the other one is found", async () => (await hitsOf("unsaid")).length === 1);
  const timesRead = () => hashlists.asked.filter((one) => one === activeReleaseId).length;
  const [atFirst, toldAtFirst] = [timesRead(), await timesTold("unsaid")];

  await counts(2, { leastVotes: 5, disputed: true });
  await becomes([{ votes: 5, disputed: true }]);
  await counts(3, { disabled: true });
  await becomes([]);
  // Seen while it is disabled: that it comes back is found by its hash alone.
  await publishTarget(bed, { targetId: "late", version: 1, content: picture });
  await eventually("it was looked up", async () => (await newest("late"))?.hits.length === 0);
  await counts(4, {});
  await becomes([{ votes: 3, disputed: false }]);
  await eventually("so has who came late", async () => (await hitsOf("late")).length === 1);
  await counts(5, { leastVotes: 1, disputed: true });
  await becomes([{ votes: 3, disputed: true }]);
  // Nobody asked for a release again, and nobody else was told anything.
  expect(timesRead()).toBe(atFirst);
  expect(await timesTold("unsaid")).toBe(toldAtFirst);

  // A release in which all is new is read whole: what members say is of the entry, not of a release.
  const more = await Promise.all([3, 4, 5].map(async (n) => entry(listed(await contentOfPicture(n), "ALGORITHM_PDQ"))));
  hashlists.history.delete(setId);
  const next = await putInForce(bed, hashlists, { setId, counter: 6 }, [said, ...more]);
  await eventually("the release was read", () => Promise.resolve(hashlists.asked.includes(next)));
  await publishTarget(bed, { targetId: "last", version: 1, content: picture });
  await eventually("it is found as disputed", async () => (await hitsOf("last"))[0]?.disputed === true);
});
