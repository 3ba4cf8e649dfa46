import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { systemClock } from "@ntd/service";
import { change, openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openCollections, type Collections } from "../src/store.ts";
import { list, newSet, startHashlists, upload } from "./bed.ts";

// The service as it is started on a store that a backup brought back.

let bed: TestBed;
let STORE_URL: string;
beforeEach(async () => {
  bed = await startTestBed();
  STORE_URL = `file:${bed.dir}/hashlists.sqlite`;
});
afterEach(() => bed[Symbol.asyncDispose]());

/** A set of which two releases were in force, one after the other. */
async function twiceInForce() {
  await using hashlists = await startHashlists(bed, systemClock, { STORE_URL });
  const { anna, ben } = hashlists;
  const setId = await newSet(anna);
  const releaseIds: string[] = [];
  for (const lines of [900, 1000]) {
    const releaseId = (await upload(anna, setId, list(lines))).release?.releaseId ?? "";
    await ben.approveRelease({ requestId: randomUUID(), releaseId });
    await ben.activateRelease({ requestId: randomUUID(), releaseId });
    releaseIds.push(releaseId);
  }
  const [first = "", second = ""] = releaseIds;
  return { setId, first, second };
}

/** What the backup caught of a release: all but one of its chunks. */
async function halve(releaseId: string, whatElse?: (collections: Collections) => Promise<unknown>): Promise<void> {
  await using store = await openStore(STORE_URL);
  const collections = await openCollections(store);
  const release = await collections.releases.load(releaseId);
  if (release?.state.stage.name !== "approved") throw new Error("it is approved");
  const where = { part: release.state.stage.part };
  const { columns } = await collections.entries.project({ where, limit: 1 }, { id: "text" });
  await collections.entries.remove(...columns.id);
  await whatElse?.(collections);
}

const newest = async (setId: string) =>
  (await bed.published(nouns.release)).findLast(({ data }) => data.setId === setId)?.data;
const fallsBackTo = (setId: string, activeReleaseId: string) =>
  eventually("it is told", async () => (await newest(setId))?.activeReleaseId === activeReleaseId);

test("what is half is seen as it starts, and all are told what is in force instead", async () => {
  const { setId, first, second } = await twiceInForce();
  await halve(second);
  await using hashlists = await startHashlists(bed, systemClock, { STORE_URL });
  await fallsBackTo(setId, first);
  expect(await newest(setId)).toMatchObject({ counter: 3n, entryCount: 900n, policy: { autoIssue: false } });
  expect(await hashlists.entries(first)).toHaveLength(900);
});

test("of a list of an earlier release it is seen as soon as it was read to its end", async () => {
  const { setId, first, second } = await twiceInForce();
  await halve(second, ({ releases }) =>
    change(releases, second, (release) => {
      if (release?.stage.name !== "approved") throw new Error("it is approved");
      const { chunks: _, ...stage } = release.stage;
      return { state: { ...release, stage } };
    }),
  );
  await using hashlists = await startHashlists(bed, systemClock, { STORE_URL });
  await expect(hashlists.entries(second)).rejects.toThrow("Not all of this release is in the store");
  await fallsBackTo(setId, first);
});
