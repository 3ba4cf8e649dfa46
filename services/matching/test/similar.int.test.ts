import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brighten, generatePicture, mirror, reencode, resize, rotate } from "@ntd/imagehash/generated";
import { ResemblanceServiceService } from "@ntd/proto/matching/v1/resemblance_service";
import { connect } from "@ntd/rpc";
import { MovableClock, systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KnownPictures } from "../src/resemblance/known-pictures.ts";
import { PictureIndex } from "../src/resemblance/picture-index.ts";
import { takeTarget, type Row } from "../src/rows/row.ts";
import { matchIdOf } from "../src/ids.ts";
import { openCollections } from "../src/store.ts";
import { contentOf, contentOfPicture, publishTarget, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const asked = { targetId: "star", maxDistance: 31, minQuality: 50, maxCount: 1000 };

/** The n-th copy of a picture, each of other bytes: stored again, of another size, brighter, turned or mirrored. */
async function copyOf(picture: Buffer, n: number): Promise<Buffer> {
  const sized = await resize(picture, { width: 300 + n * 5 });
  const turned = n % 4 === 1 ? await mirror(sized) : n % 4 === 2 ? await rotate(sized, 90) : sized;
  return n % 4 === 3 ? brighten(turned, 1.05) : reencode(turned, { quality: 60 + (n % 30) });
}

test("sixty copies of a picture are found by it, and nothing else; a process that starts again finds them too", async () => {
  await using stack = new AsyncDisposableStack();
  const first = await startMatching(bed, hashlists, systemClock);
  const resemblance = async ({ address }: { address: string }) => {
    const identityDir = await bed.identity("service", "casework");
    return stack.use(connect(ResemblanceServiceService, { address, identityDir }));
  };
  const client = await resemblance(first);
  const picture = await generatePicture(7, { width: 480, height: 360 });
  await publishTarget(bed, { targetId: "star", version: 1, content: await contentOf(picture) });
  for (let n = 0; n < 60; n++) {
    const content = await contentOf(await copyOf(picture, n));
    await publishTarget(bed, { targetId: `copy ${n}`, version: 1, content });
  }
  for (let n = 0; n < 5; n++) {
    await publishTarget(bed, { targetId: `other ${n}`, version: 1, content: await contentOfPicture(100 + n) });
  }
  // The same address again in a second episode: once.
  const again = await contentOf(await copyOf(picture, 1), 2);
  await publishTarget(bed, { targetId: "copy 1", version: 2, episode: 2, content: again });
  // Something else is there by now.
  const gone = { targetId: "copy 2", version: 2, episode: 2, content: await contentOfPicture(300, 2) };
  await publishTarget(bed, gone);
  const { similar } = await eventually("all are found", async () => {
    const answer = await client.findSimilar(asked).catch(() => undefined);
    return answer?.similar.length === 59 && answer.similar.some(({ episode }) => episode === 2) && answer;
  });
  expect(new Set(similar.map(({ targetId }) => targetId)).size).toBe(59);
  expect(similar.every(({ targetId }) => targetId.startsWith("copy ") && targetId !== "copy 2")).toBe(true);
  expect(similar.map(({ distance }) => distance)).toEqual(
    similar.map(({ distance }) => distance).toSorted((a, b) => a - b),
  );
  expect(similar.filter(({ distance }) => distance <= 16).length).toBeGreaterThan(40);
  expect(await client.findSimilar({ ...asked, maxCount: 10 })).toMatchObject({ isCut: true, isComparable: true });
  expect(await client.findSimilar({ ...asked, targetId: "nobody" })).toMatchObject({
    similar: [],
    isComparable: false,
  });
  await expect(client.findSimilar({ ...asked, maxDistance: 32 })).rejects.toMatchObject({
    fields: [{ field: "max_distance" }],
  });
  await first[Symbol.asyncDispose]();
  const second = stack.use(await startMatching(bed, hashlists, systemClock, { STORE_URL: first.storeUrl }));
  const later = await resemblance(second);
  const answer = await eventually("it has read them", () => later.findSimilar(asked).catch(() => undefined));
  expect(answer.similar).toEqual(similar);
});

test("what another process wrote is found at the next call, its clock a minute behind or an hour ahead", async () => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-pictures-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const store = stack.use(await openStore(`file:${join(dir, "store.sqlite")}`));
  const { rows } = await openCollections(store);
  const clock = new MovableClock();
  await using index = new PictureIndex();
  const pictures = new KnownPictures({ rows }, index, clock);
  await expect(pictures.requireFresh()).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  await pictures.catchUp();
  const content = await contentOfPicture(1);
  const write = async (targetId: string, afterMs: number) => {
    const time = new Date(clock.now().getTime() + afterMs);
    const row = takeTarget(undefined, { targetId, episode: 1, version: 1, content, time }) as Row;
    await rows.insert(matchIdOf(targetId, 1), row);
  };
  const afterEach = [0, -60_000, 3_600_000, 0, -60_000];
  for (const [n, afterMs] of afterEach.entries()) {
    await write(`t${n}`, afterMs);
    await pictures.requireFresh();
    expect(index.size).toBe(n + 1);
  }
  const old = takeTarget(undefined, { targetId: "of release 0.2", episode: 1, version: 1, content }) as Row;
  await rows.insert(matchIdOf("of release 0.2", 1), old);
  await using anew = new PictureIndex();
  await new KnownPictures({ rows }, anew, clock).catchUp();
  expect(anew.size).toBe(afterEach.length + 1);
});

test("what release 0.2 stored is read once, and not each minute again", async () => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-pictures-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const store = stack.use(await openStore(`file:${join(dir, "store.sqlite")}`));
  const { rows } = await openCollections(store);
  const content = await contentOfPicture(1);
  for (const targetId of ["one", "two"]) {
    const old = takeTarget(undefined, { targetId, episode: 1, version: 1, content }) as Row;
    await rows.insert(matchIdOf(targetId, 1), old);
  }
  await using index = new PictureIndex();
  const read: number[] = [];
  const project: typeof rows.project = async (query, columns) => {
    const found = await rows.project(query, columns);
    read.push(found.length);
    return found;
  };
  const pictures = new KnownPictures({ rows: { ...rows, project } }, index, new MovableClock());
  await pictures.catchUp();
  await pictures.requireFresh();
  expect([index.size, read]).toEqual([2, [2, 0]]);
});
