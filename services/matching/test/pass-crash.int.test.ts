import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentOfPicture, entry, listed, publishTarget, putInForce, startMatching } from "./bed.ts";
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

const set = { setId: "set-a", counter: 1 };
const told = async (targetId: string) =>
  (await bed.published(nouns.match)).flatMap(({ data }) =>
    data.targetId === targetId ? [data.hits.map(({ entryId }) => entryId)] : [],
  );

/** Runs the service on a store until it is killed at the failpoint. */
async function killedAt(failpoint: string, storeUrl: string): Promise<void> {
  const environment = await bed.environment("matching", { STORE_URL: storeUrl });
  const { PATH = "" } = process.env;
  const own = { NTD_HASHLISTS_ADDRESS: hashlists.address, NTD_FAILPOINT: failpoint };
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(process.execPath, [main], { env: { PATH, ...environment, ...own } });
  await once(child, "exit");
  expect([failpoint, child.signalCode]).toEqual([failpoint, "SIGKILL"]);
}

test.each([
  "store.loaded.ranges:1",
  "store.saved.ranges:1",
  "store.touched.rows:1",
  "store.loaded.rows:1",
  "store.saved.rows:1",
  "store.saved.rows:2",
])("killed at %s, while a release is searched: after a restart each target is told of once", async (failpoint) => {
  const [one, two] = [await contentOfPicture(1), await contentOfPicture(2)];
  const gone = entry(listed(one, "ALGORITHM_PDQ"));
  const fresh = entry(listed(two, "ALGORITHM_PDQ"));
  let storeUrl: string;
  {
    await using matching = await startMatching(bed, hashlists, systemClock);
    ({ storeUrl } = matching);
    await putInForce(bed, hashlists, set, [gone]);
    await publishTarget(bed, { targetId: "one", version: 1, content: one });
    await publishTarget(bed, { targetId: "two", version: 1, content: two });
    const before = async () => [(await told("one")).at(-1), (await told("two")).at(-1)];
    await eventually(
      "both are told of",
      async () => JSON.stringify(await before()) === JSON.stringify([[gone.entryId], []]),
    );
  }
  const [ones, twos] = [await told("one"), await told("two")];
  await putInForce(bed, hashlists, { ...set, counter: 2 }, [fresh]);
  await killedAt(failpoint, storeUrl);
  await using _ = await startMatching(bed, hashlists, systemClock, { STORE_URL: storeUrl });
  // A range whose pass was cut off is taken up again after ten seconds.
  const now = async () => [await told("one"), await told("two")];
  const wanted = [
    [...ones, []],
    [...twos, [fresh.entryId]],
  ];
  await eventually(
    "both are told of again",
    async () => JSON.stringify(await now()) === JSON.stringify(wanted),
    40_000,
  );
});
