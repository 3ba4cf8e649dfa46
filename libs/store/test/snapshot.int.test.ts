import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createWriteStream, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { eventually } from "@ntd/testing";
import { runs } from "@ntd/testing/runs";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openStore, type Collection, type Snapshot } from "../src/index.ts";
import { checkedCopy } from "../src/offline/copy.ts";
import { adapters, dir } from "./adapters.ts";

interface Counter {
  count: number;
  bytes?: Uint8Array;
}
const program = join(import.meta.dirname, "killed-writer.ts");
const LONG_MS = 10_000;
const spec = { name: "counters", fields: {} };
const fresh = () => join(dir, randomUUID());
const disk = mountSmallDisk(join(dir, "disk"), 48);
const missing = typeof disk === "string" ? disk : undefined;
afterAll(() => {
  if (typeof disk !== "string") disk[Symbol.dispose]();
});

async function copied(snapshot: Snapshot): Promise<string> {
  const path = fresh();
  await pipeline(Readable.from(snapshot.bytes()), createWriteStream(path, { mode: 0o600 }));
  return path;
}

/** The counters in a copy, which is opened as a store of its own. */
async function countersIn(path: string): Promise<Map<string, number>> {
  checkedCopy(path);
  await using store = await openStore(`file:${path}`);
  const counters: Collection<Counter> = await store.collection<Counter>(spec);
  const found = new Map<string, number>();
  for await (const page of counters.pages({}, 100)) for (const { id, state } of page) found.set(id, state.count);
  return found;
}

test("what was answered before the hold is in the copy, what was asked during it waits and is not, reads go on", async () => {
  await using store = await openStore(`file:${fresh()}`);
  const counters = await store.collection<Counter>(spec);
  await counters.insert("before", { count: 1 });
  await using snapshot = await store.hold(LONG_MS);
  let isAnswered = false;
  const during = counters.insert("during", { count: 1 }).then(() => (isAnswered = true));
  expect(await counters.load("before")).toMatchObject({ version: 1 });
  await store.ping();
  expect(isAnswered).toBe(false);
  expect(snapshot.release()).toBe(true);
  await during;
  await counters.insert("after", { count: 1 });
  expect(await countersIn(await copied(snapshot))).toEqual(new Map([["before", 1]]));
  expect((await counters.find({ limit: 9 })).map(({ id }) => id)).toEqual(["after", "before", "during"]);
});

test("whatever is written meanwhile, the copy is the state of one moment between asking for the hold and its answer", async () => {
  const kinds = fc.record({ writers: fc.integer({ min: 1, max: 12 }), before: fc.integer({ min: 0, max: 40 }) });
  await fc.assert(
    fc.asyncProperty(kinds, async ({ writers, before }) => {
      await using store = await openStore(`file:${fresh()}`);
      const counters = await store.collection<Counter>(spec);
      const [answered, asked] = [new Map<string, number>(), new Map<string, number>()];
      let isOver = false;
      const bytes = new Uint8Array(5000);
      const writing = Array.from({ length: writers }, async (_, i) => {
        const id = `c${i}`;
        let now = await counters.insert(id, { count: 1, bytes });
        for (let count = 2; now !== undefined && !isOver; count++) {
          answered.set(id, count - 1);
          asked.set(id, count);
          now = await counters.save(now, { count, bytes });
        }
      });
      await eventually("they write", () => [...answered.values()].reduce((sum, n) => sum + n, 0) >= before);
      const least = new Map(answered);
      await using snapshot = await store.hold(LONG_MS);
      const most = new Map(asked);
      snapshot.release();
      const found = await countersIn(await copied(snapshot));
      isOver = true;
      await Promise.all(writing);
      for (const [id, count] of least) expect(found.get(id)).toBeGreaterThanOrEqual(count);
      for (const [id, count] of found) expect(count).toBeLessThanOrEqual(most.get(id) ?? 1);
    }),
    { numRuns: runs(8) },
  );
});

test("a hold that nobody releases ends by itself, and says so", async () => {
  await using store = await openStore(`file:${fresh()}`);
  const counters = await store.collection<Counter>(spec);
  await using snapshot = await store.hold(100);
  expect(await counters.insert("waited", { count: 1 })).toMatchObject({ version: 1 });
  expect(snapshot.release()).toBe(false);
});

test("a store that is closed while it is held answers what waited", async () => {
  const path = fresh();
  const store = await openStore(`file:${path}`);
  const counters = await store.collection<Counter>(spec);
  await store.hold(LONG_MS);
  const waiting = counters.insert("waits", { count: 1 });
  await store[Symbol.asyncDispose]();
  expect(await waiting).toMatchObject({ version: 1 });
  expect(await countersIn(path)).toEqual(new Map([["waits", 1]]));
});

test("one snapshot at a time; given back, the log goes into the file again and the store is still locked", async () => {
  const path = fresh();
  await using store = await openStore(`file:${path}`);
  const counters = await store.collection<Counter>(spec);
  const write = async (n: number) =>
    Promise.all(
      Array.from({ length: n }, () => counters.insert(randomUUID(), { count: 1, bytes: new Uint8Array(9000) })),
    );
  {
    await using snapshot = await store.hold(LONG_MS);
    await expect(store.hold(LONG_MS)).rejects.toMatchObject({ reason: "WRONG_STATE" });
    snapshot.release();
    const before = statSync(path).size;
    await write(1000);
    expect(statSync(path).size).toBe(before);
    await copied(snapshot);
  }
  await write(1000);
  expect(statSync(path).size).toBeGreaterThan(9_000_000);
  const second = promisify(execFile)(process.execPath, [program, `file:${path}`], { timeout: 10_000 });
  await expect(second).rejects.toMatchObject({ stderr: expect.stringContaining("STORE_LOCKED") });
  await using again = await store.hold(LONG_MS);
  expect(again.release()).toBe(true);
});

test("an aborted copy ends with its name", async () => {
  await using store = await openStore(`file:${fresh()}`);
  await (await store.collection<Counter>(spec)).insert("a", { count: 1, bytes: new Uint8Array(3_000_000) });
  const snapshot = await store.hold(LONG_MS);
  const bytes = snapshot.bytes()[Symbol.asyncIterator]();
  await bytes.next();
  await snapshot[Symbol.asyncDispose]();
  await expect(bytes.next()).rejects.toMatchObject({ reason: "WRONG_STATE" });
});

test.skipIf(missing !== undefined)(
  `a disk that is full while it is copied: the copy is refused, the store goes on ${missing ?? ""}`,
  async () => {
    if (typeof disk === "string") return;
    await using store = await openStore(`file:${join(dir, "disk", "store")}`);
    const counters = await store.collection<Counter>(spec);
    await counters.insert("a", { count: 1, bytes: new Uint8Array(3_000_000) });
    const snapshot = await store.hold(LONG_MS);
    snapshot.release();
    disk.fill();
    const full = await eventually("refused", () =>
      counters.insert(randomUUID(), { count: 1, bytes: new Uint8Array(500_000) }).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(full).toMatchObject({ reason: "STORE_FULL" });
    await expect(copied(snapshot)).rejects.toMatchObject({ reason: "STORE_FULL" });
    disk.clear();
    expect(await counters.insert("b", { count: 1 })).toMatchObject({ version: 1 });
    await using again = await store.hold(LONG_MS);
    again.release();
    expect((await countersIn(await copied(again))).get("b")).toBe(1);
  },
);

test("bytes that are no whole store are refused by name", async () => {
  await using store = await openStore(`file:${fresh()}`);
  await (await store.collection<Counter>(spec)).insert("a", { count: 1, bytes: new Uint8Array(300_000) });
  await using snapshot = await store.hold(LONG_MS);
  const path = fresh();
  const cut = async function* () {
    let left = 100_000;
    for await (const part of snapshot.bytes()) {
      yield part.subarray(0, left);
      left -= Math.min(left, part.length);
    }
  };
  await pipeline(Readable.from(cut()), createWriteStream(path));
  expect(() => checkedCopy(path)).toThrow(/no whole store/);
});

const mongo = adapters.find(({ name }) => name.startsWith("mongo"));
test.skipIf(mongo?.reason !== undefined)("MongoDB is copied by its own tools, and says so", async () => {
  await using server = await mongo?.start();
  await using store = await openStore(server?.url() ?? "");
  await expect(store.hold(1000)).rejects.toMatchObject({ reason: "STORE_COPIED_ELSEWHERE" });
});
