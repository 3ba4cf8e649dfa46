import { nouns } from "@ntd/bus";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  contentOf,
  contentOfPicture,
  entry,
  listed,
  policy,
  publishRelease,
  publishTarget,
  putInForce,
  startMatching,
  thresholds,
} from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  matching = await startMatching(bed, hashlists, systemClock);
});
afterAll(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const newest = async (targetId: string) =>
  (await bed.published(nouns.match)).filter(({ data }) => data.targetId === targetId).at(-1)?.data;

/** Another policy of the release in force, as hashlists tells it. */
async function change(of: { setId: string; activeReleaseId: string }, counter: number, given: Partial<SetPolicy>) {
  const { setId } = of;
  hashlists.policyChanges.set(setId, [...(hashlists.policyChanges.get(setId) ?? []), counter]);
  hashlists.counters.set(setId, counter);
  await publishRelease(bed, { ...of, counter, entryCount: 1, policy: { ...policy, ...given } });
}

test("another policy of the release in force is told of what was found before, and changes what is found", async () => {
  const setId = "policies";
  const picture = await contentOfPicture(1);
  const copy = await contentOf(await reencode(await generatePicture(1), { quality: 30 }));
  const activeReleaseId = await putInForce(bed, hashlists, { setId, counter: 1 }, [
    entry(listed(picture, "ALGORITHM_PDQ")),
  ]);
  await publishTarget(bed, { targetId: "t", version: 1, content: copy });
  await eventually("it is found", async () => (await newest("t"))?.hits[0]?.autoIssue === true);
  const asked = hashlists.asked.filter((one) => one === activeReleaseId).length;
  await change({ setId, activeReleaseId }, 2, { autoIssue: false, minVotes: 9 });
  await eventually("the hit has the new policy", async () => {
    const [hit] = (await newest("t"))?.hits ?? [];
    return hit?.autoIssue === false && hit.minVotes === 9;
  });
  // The entries are the same: they are not read again.
  expect(hashlists.asked.filter((one) => one === activeReleaseId)).toHaveLength(asked);
  const distance = (await newest("t"))?.hits[0]?.distance ?? 0;
  expect(distance).toBeGreaterThan(0);
  await change({ setId, activeReleaseId }, 3, { thresholds: { ...thresholds, pdq: distance - 1 } });
  await eventually("it is found no more", async () => (await newest("t"))?.hits.length === 0);
  await change({ setId, activeReleaseId }, 4, { thresholds: { ...thresholds, pdq: distance, pdqQuality: 100 } });
  await change({ setId, activeReleaseId }, 5, { thresholds: { ...thresholds, pdq: distance } });
  await eventually("with floors as before it is found again", async () => (await newest("t"))?.hits.length === 1);
});
