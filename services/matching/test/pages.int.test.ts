import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { nouns, type DataOf } from "@ntd/bus";
import type { Content } from "@ntd/proto/prober/v1/target";
import { MovableClock, systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { itemKeyOf, itemRowIdOf } from "../src/pages/page.ts";
import { openCollections } from "../src/store.ts";
import { contentOfPicture, entry, listed, publishTarget, putInForce, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;

beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  matching = await startMatching(bed, hashlists, new MovableClock());
});
afterEach(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const noPicture = async (): Promise<Content> => {
  const { fingerprints, ...rest } = await contentOfPicture(900);
  return { ...rest, recipe: "", pdqForms: [], fingerprints: fingerprints.slice(0, 3) };
};

/** Publishes a page's items, and the target that it is. */
async function publishPage(targetId: string, contents: (Content | undefined)[], version = 1): Promise<void> {
  const items = contents.map((content, n) => ({
    targetId: `${targetId}/${n}`,
    address: undefined,
    element: "img",
    content,
    eyes: ["here"],
    reason: content === undefined ? ("PROBE_REASON_PICTURE_BROKEN" as const) : ("PROBE_REASON_UNSPECIFIED" as const),
  }));
  const counts = { found: items.length, judged: items.length, tooSmall: 0, neverFollowed: 0, truncated: false };
  const data = { targetId, episode: 1, revision: version, part: 0, parts: 1, items, counts };
  await bed.publish(nouns.page, "looked", `${targetId}/part`, version, {
    ...data,
    lookedTime: new Date(),
    closed: false,
  });
  if (version === 1) await publishTarget(bed, { targetId, version: 1, content: await noPicture() });
}

/** The newest match of a page, once it says so many known and unknown. */
async function toldOf(targetId: string, counts: object): Promise<DataOf<"match">> {
  return eventually(`${targetId} is told with ${JSON.stringify(counts)}`, async () => {
    const last = (await bed.published(nouns.match)).findLast(({ data }) => data.targetId === targetId);
    expect(last?.data.itemCounts).toEqual(counts);
    return last?.data ?? false;
  });
}

test("a page is told what its items hit, by one event, and again when a later list holds another", async () => {
  const [known, later, avatar] = await Promise.all([1, 2, 3].map((seed) => contentOfPicture(seed)));
  if (known === undefined || later === undefined || avatar === undefined) throw new Error("no pictures");
  const set = { setId: randomUUID(), counter: 1 };
  const first = entry(listed(known, "ALGORITHM_PDQ"));
  await putInForce(bed, hashlists, set, [first]);
  await publishPage("page", [known, later, avatar, undefined]);
  const told = await toldOf("page", { known: 1, near: 0, unknown: 2, notJudged: 1 });
  expect(told.hits).toEqual([]);
  expect(told.items).toMatchObject([{ itemTargetId: "page/0", hits: [{ entryId: first.entryId, distance: 0 }] }]);
  const second = entry(listed(later, "ALGORITHM_PDQ"));
  await putInForce(bed, hashlists, { ...set, counter: 2 }, [first, second]);
  const again = await toldOf("page", { known: 2, near: 0, unknown: 1, notJudged: 1 });
  expect(again.items.map(({ itemTargetId }) => itemTargetId)).toEqual(["page/0", "page/1"]);
  await publishPage("page", [later, avatar], 2);
  await toldOf("page", { known: 1, near: 0, unknown: 1, notJudged: 0 });
  const aboutItems = (await bed.published(nouns.match)).filter(({ data }) => data.targetId !== "page");
  expect(aboutItems).toEqual([]);
});

test("the same picture on many pages is one row, and the newest of them hear of a later list", async () => {
  const avatar = await contentOfPicture(4);
  const pages = Array.from({ length: 25 }, (_, n) => `page-${n}`);
  const nothing = { known: 0, near: 0, unknown: 1, notJudged: 0 };
  for (const page of pages) await publishPage(page, [avatar]);
  for (const page of pages) await toldOf(page, nothing);
  await putInForce(bed, hashlists, { setId: randomUUID(), counter: 1 }, [entry(listed(avatar, "ALGORITHM_PDQ"))]);
  const shows = pages.slice(-20);
  for (const page of shows) await toldOf(page, { ...nothing, known: 1, unknown: 0 });
  await matching[Symbol.asyncDispose]();
  await using store = await openStore(matching.storeUrl);
  const { rows } = await openCollections(store);
  const itemRow = await rows.load(itemRowIdOf(itemKeyOf({ content: avatar }) ?? ""));
  expect(itemRow?.state.shownOn).toMatchObject({ count: 25 });
  expect(await rows.count({ untoldIn: { gte: "" } })).toMatchObject({ count: 0 });
});

test.each(["matching.page:1", "store.saved.rows:2", "matching.items:1", "matching.pages-told:1"])(
  "killed at %s, a page is told of once after the restart",
  async (failpoint) => {
    await matching[Symbol.asyncDispose]();
    const [listedOne, other] = [await contentOfPicture(1), await contentOfPicture(2)];
    await putInForce(bed, hashlists, { setId: randomUUID(), counter: 1 }, [entry(listed(listedOne, "ALGORITHM_PDQ"))]);
    await publishPage("page", [listedOne, other]);
    await killedAt(failpoint);
    matching = await startMatching(bed, hashlists, systemClock, { STORE_URL: matching.storeUrl });
    await toldOf("page", { known: 1, near: 0, unknown: 1, notJudged: 0 });
    const known = (await bed.published(nouns.match)).filter(({ data }) => data.itemCounts?.known === 1);
    expect(new Set(known.map(({ version }) => version)).size).toBe(1);
  },
);

/** Runs the service on the store until it is killed at the failpoint. */
async function killedAt(failpoint: string): Promise<void> {
  const environment = await bed.environment("matching", { STORE_URL: matching.storeUrl });
  const { PATH = "" } = process.env;
  const own = { NTD_HASHLISTS_ADDRESS: hashlists.address, NTD_FAILPOINT: failpoint };
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(process.execPath, [main], { env: { PATH, ...environment, ...own } });
  await once(child, "exit");
  expect([failpoint, child.signalCode]).toEqual([failpoint, "SIGKILL"]);
}
