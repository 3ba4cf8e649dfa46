import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { afterAll, afterEach, expect, test } from "vitest";
import { openStore, type Collection } from "../src/index.ts";
import { dir } from "./adapters.ts";

interface Blob {
  bytes: Uint8Array;
}
const MEBIBYTE = 1024 * 1024;
const disk = join(dir, "disk");
const small = mountSmallDisk(disk, 48);
const mounted = typeof small === "string" ? small : undefined;
afterEach(() => {
  for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
});
afterAll(() => {
  if (typeof small !== "string") small[Symbol.dispose]();
});

const blob = (bytes: number): Blob => ({ bytes: new Uint8Array(bytes).fill(7) });
const file = (name: string) => join(disk, name, "store.sqlite");
const open = async (name: string) => await openStore(`file:${file(name)}`);

/** Writes until it is refused; how many were taken. */
async function fill(blobs: Collection<Blob>, prefix: string, isBulk: boolean): Promise<number> {
  for (let n = 0; ; n++) {
    const documents = Array.from({ length: 4 }, (_, i) => ({ id: `${prefix}${n}-${i}`, state: blob(64 * 1024) }));
    try {
      if (isBulk) await blobs.insertMany(documents, { isBulk });
      else for (const { id, state } of documents) await blobs.insert(id, state);
    } catch (error) {
      expect(error).toMatchObject({ reason: "STORE_FULL", handling: "retry" });
      return n;
    }
  }
}

test.skipIf(mounted !== undefined)(
  `a full disk: big writes stop long before small ones, cleaning up is possible, and then all goes on${mounted ?? ""}`,
  async () => {
    await using store = await open("full");
    const blobs = await store.collection<Blob>({ name: "blobs", fields: {} });
    const reserve = `${file("full")}.reserve`;
    await fill(blobs, "big", true);
    expect(statSync(reserve).size).toBe(8 * MEBIBYTE);
    // A tenth of the disk is left, and the small ones have it.
    expect(await fill(blobs, "small", false)).toBeGreaterThanOrEqual(4);
    expect(existsSync(reserve)).toBe(false);
    await store.ping();
    expect(store.isFull).toBe(true);
    await expect(blobs.insert("one more", blob(10))).rejects.toMatchObject({ reason: "STORE_FULL" });
    expect((await blobs.load("big0-0"))?.state.bytes.length).toBe(64 * 1024);
    for await (const page of blobs.pages({}, 60)) await blobs.remove(...page.map(({ id }) => id));
    await store.ping();
    expect(store.isFull).toBe(false);
    expect(await blobs.insert("after", blob(10))).toMatchObject({ version: 1 });
    // It goes on only with the reserve: without it the next full disk could not be cleaned up.
    expect(statSync(reserve).size).toBe(8 * MEBIBYTE);
    expect((await blobs.find({ limit: 1000 })).map(({ id }) => id)).not.toContain("big0-0");
  },
);

test.skipIf(mounted !== undefined)("a disk that is full again and again can be cleaned up each time", async () => {
  await using store = await open("rounds");
  const blobs = await store.collection<Blob>({ name: "blobs", fields: {} });
  for (let round = 0; round < 3; round++) {
    await fill(blobs, `r${round}-`, false);
    let isTaken = false;
    for (let n = 0; !isTaken; n++) {
      const [oldest] = await blobs.find({ limit: 1 });
      if (oldest === undefined) throw new Error("nothing is left to remove");
      await blobs.remove(oldest.id);
      isTaken = await blobs.insert(`z${round}-${n}`, blob(64 * 1024)).then(
        () => true,
        () => false,
      );
    }
  }
  expect((await blobs.find({ limit: 9 })).length).toBeGreaterThan(0);
});

test.skipIf(mounted !== undefined)(
  "what was answered before the disk was full is there when it is opened again",
  async () => {
    const answered: string[] = [];
    {
      await using store = await open("again");
      const blobs = await store.collection<Blob>({ name: "blobs", fields: {} });
      await Promise.allSettled(
        Array.from({ length: 1500 }, async (_, i) => {
          if ((await blobs.insert(`b${i}`, blob(40_000))) !== undefined) answered.push(`b${i}`);
        }),
      );
      expect(answered.length).toBeLessThan(1500);
    }
    await using store = await open("again");
    const blobs = await store.collection<Blob>({ name: "blobs", fields: {} });
    const there = new Set((await blobs.project({}, { id: "text" })).columns.id);
    expect(answered.filter((id) => !there.has(id))).toEqual([]);
  },
);

test.skipIf(mounted !== undefined)(
  `opened on a full disk: a store that is there reads and says that it is full, a new one is refused${mounted ?? ""}`,
  async () => {
    if (typeof small === "string") return;
    const spec = { name: "blobs", fields: {} };
    {
      await using store = await open("there");
      await (await store.collection<Blob>(spec)).insert("a", blob(10));
    }
    small.fill();
    await expect(open("new/folder")).rejects.toMatchObject({ reason: "STORE_FULL" });
    await using store = await open("there");
    const blobs = await store.collection<Blob>(spec);
    expect(await blobs.load("a")).toMatchObject({ version: 1 });
    await expect(blobs.insert("b", blob(64 * 1024))).rejects.toMatchObject({ reason: "STORE_FULL" });
    await store.ping();
    expect(store.isFull).toBe(true);
    small.clear();
    await store.ping();
    expect(store.isFull).toBe(false);
    expect(await blobs.insert("b", blob(64 * 1024))).toMatchObject({ version: 1 });
  },
);

test("a store's files are its owner's alone, in a folder of the owner's alone", async () => {
  const path = join(dir, "mine", "store.sqlite");
  await using store = await openStore(`file:${path}`);
  await (await store.collection<Blob>({ name: "blobs", fields: {} })).insert("a", blob(3 * MEBIBYTE));
  const modeOf = (name: string) => (statSync(name).mode & 0o777).toString(8);
  expect([path, `${path}-wal`, `${path}.reserve`].map(modeOf)).toEqual(["600", "600", "600"]);
  expect(modeOf(join(dir, "mine"))).toBe("700");
});
