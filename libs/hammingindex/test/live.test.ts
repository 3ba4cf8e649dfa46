import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBuilder } from "../src/build/builder.ts";
import { createIndex, type HammingIndex } from "../src/hamming-index.ts";
import { MemoryPool } from "../src/segments/memory-pool.ts";
import { allocate } from "../src/segments/segment-memory.ts";
import { TAIL_ROWS } from "../src/segments/tail.ts";
import { bruteForce, mixedRows, queryNear, randomWords, rowOf } from "./rows.ts";
import { startThreads, type IndexThreads } from "../src/search/threads.ts";

let threads: IndexThreads;
beforeEach(() => void (threads = startThreads({ search: 2 })));
afterEach(() => threads[Symbol.asyncDispose]());

/** What the index ought to hold. */
class Model {
  readonly visible = new Map<number, Uint8Array>();
  readonly disabled = new Set<number>();
  readonly #index: HammingIndex;

  constructor(index: HammingIndex) {
    this.#index = index;
  }

  add(id: number, hash: Uint8Array): void {
    this.#index.add(id, hash);
    this.visible.set(id, hash);
  }

  disable(id: number): void {
    expect(this.#index.disable(id)).toBe(this.visible.delete(id));
    this.disabled.add(id);
  }

  remove(id: number): void {
    expect(this.#index.remove(id)).toBe(true);
    this.visible.delete(id);
    this.disabled.delete(id);
  }

  async check(rows: Uint8Array, next: () => number, queries = 3): Promise<void> {
    expect(this.#index.size).toBe(this.visible.size);
    for (let i = 0; i < queries; i++) {
      const query = queryNear(rows, next);
      const radius = next() % 65;
      const expected = bruteForce(this.visible, query, radius);
      const found = await this.#index.search(query, radius, 500);
      expect([...found.ids]).toEqual(expected.slice(0, 500).map(({ id }) => id));
      expect([...found.distances]).toEqual(expected.slice(0, 500).map(({ distance }) => distance));
      expect(found.more).toBe(expected.length > 500);
    }
  }
}

it("finds what is there at every moment while segments are merged", async () => {
  const rows = mixedRows(55_000, 21);
  const next = randomWords(22);
  await using index = createIndex({ threads });
  const model = new Model(index);
  for (let row = 0; row < 55_000; row++) {
    // Ids in no order.
    model.add((row * 40_503) % 2 ** 20, rowOf(rows, row));
    if (row % 300 === 299) {
      const some = [...model.visible.keys()].slice(0, 60);
      model.disable(some[next() % 30] as number);
      model.remove(some[30 + (next() % 30)] as number);
    }
    if (row % 11_000 === 10_999) await model.check(rows, next, 2);
  }
  await index.settled();
  await model.check(rows, next, 6);
  const { segments, tail, rows: held, disabled } = index.stats();
  expect(segments).toBeLessThanOrEqual(3);
  expect(tail).toBeLessThan(TAIL_ROWS);
  expect(held).toBe(model.visible.size + model.disabled.size);
  expect(disabled).toBe(model.disabled.size);
});

it("what is marked during a merge stays marked after it, and a removed id can come again", async () => {
  const rows = mixedRows(3 * TAIL_ROWS, 31);
  await using index = createIndex({ threads });
  const model = new Model(index);
  for (let row = 0; row < TAIL_ROWS; row++) model.add(row, rowOf(rows, row));
  // The merge of the full tail has begun, and its answer cannot be here before this turn of the event loop ends.
  for (let row = 0; row < 3000; row += 3) {
    model.remove(row);
    model.disable(row + 1);
    model.add(row, rowOf(rows, TAIL_ROWS + row));
  }
  expect(() => index.add(1, rowOf(rows, 1))).toThrow("already in the index");
  await index.settled();
  expect(index.stats().segments).toBe(1);
  await model.check(rows, randomWords(32), 20);
  expect(() => index.add(1, rowOf(rows, 1))).toThrow("already in the index");
  for (const id of [0, 3, 2999])
    expect([...(await index.search(model.visible.get(id) as Uint8Array, 0, 60_000)).ids]).toContain(id);
});

it("a batch sees one number of rows, and comes back in its order from several threads", async () => {
  const rows = mixedRows(30_000, 41);
  const builder = createBuilder({ threads });
  builder.addRows(0, rows);
  await using index = await builder.build();
  const queries = Array.from({ length: 200 }, (_, i) => rowOf(rows, i * 100));
  const running = index.searchMany(queries, 0, 60_000);
  index.add(1_000_000, rowOf(rows, 19_900));
  const results = await running;
  for (const [i, { ids }] of results.entries()) expect([...ids]).toContain(i * 100);
  expect(results.every(({ ids }) => !ids.includes(1_000_000))).toBe(true);
  expect([...(await index.search(rowOf(rows, 19_900), 0, 60_000)).ids]).toContain(1_000_000);
});

it("the calling thread and the others search the same memory without getting into each other's way", async () => {
  const rows = mixedRows(30_000, 45);
  const builder = createBuilder({ threads });
  builder.addRows(0, rows);
  await using index = await builder.build();
  const queries = Array.from({ length: 120 }, (_, i) => rowOf(rows, i * 250));
  const expected = queries.map((query) => index.scan(query, 40, 60_000));
  const running = index.searchMany(queries, 40, 60_000);
  for (let i = 0; i < queries.length; i++) {
    expect(index.scan(queries[i] as Uint8Array, 40, 60_000)).toEqual(expected[i]);
    if (i % 10 === 0) await setImmediate();
  }
  expect(await running).toEqual(expected);
});

it("a segment that does not join a merge is searched after it, and the sources give their memory back", async () => {
  const rows = mixedRows(60_000 + TAIL_ROWS, 9);
  const builder = createBuilder({ threads });
  builder.addRows(0, rows.subarray(0, 60_000 * 32));
  await using index = await builder.build();
  let given = 0;
  threads.memories.giveBack = () => void given++;
  for (let row = 60_000; row < 60_000 + TAIL_ROWS; row++) index.add(row, rowOf(rows, row));
  await index.settled();
  expect(index.stats()).toMatchObject({ segments: 2, rows: 60_000 + TAIL_ROWS });
  expect([...(await index.search(rowOf(rows, 77), 0, 60_000)).ids]).toContain(77);
  expect(given).toBe(1);
});

it("what was removed during one merge and came again is there after the next", async () => {
  const rows = mixedRows(3 * TAIL_ROWS, 9);
  await using index = createIndex({ threads });
  for (let row = 0; row < TAIL_ROWS; row++) index.add(row, rowOf(rows, row));
  index.remove(5);
  index.add(5, rowOf(rows, 5));
  for (let row = TAIL_ROWS; row < 2 * TAIL_ROWS; row++) index.add(row, rowOf(rows, row));
  await index.settled();
  expect(index.stats().rows).toBe(2 * TAIL_ROWS);
  expect([...(await index.search(rowOf(rows, 5), 0, 60_000)).ids]).toContain(5);
});

it("removed hashes leave memory once they are more than half of a segment", async () => {
  const rows = mixedRows(20_000, 19);
  const builder = createBuilder({ threads });
  builder.addRows(0, rows);
  await using index = await builder.build();
  const before = index.stats().bytes;
  for (let id = 0; id < 10_001; id++) index.remove(id);
  await index.settled();
  expect(index.stats()).toMatchObject({ rows: 9999, segments: 1 });
  expect(index.stats().bytes).toBeLessThan(before * 0.7);
  expect([...(await index.search(rowOf(rows, 19_999), 0, 60_000)).ids]).toContain(19_999);
});

describe.each(["with", "without"])("%s threads", (how) => {
  it("a merge that gets no memory is counted, and loses nothing", async () => {
    const rows = mixedRows(2 * TAIL_ROWS, 29);
    await using index = createIndex(how === "with" ? { threads } : {});
    let refuse = true;
    const refusing = vi.spyOn(MemoryPool.prototype, "take").mockImplementation((kind, bytes) => {
      if (refuse && bytes > 22 * 2 ** 20) throw new RangeError("no memory");
      return allocate(kind, bytes);
    });
    const model = new Model(index);
    for (let row = 0; row < TAIL_ROWS; row++) model.add(row, rowOf(rows, row));
    await index.settled();
    expect(index.stats()).toMatchObject({ segments: 0, tail: TAIL_ROWS });
    expect(index.stats().failedMerges).toBeGreaterThan(0);
    await model.check(rows, randomWords(30), 5);
    refuse = false;
    for (let row = TAIL_ROWS; row < 2 * TAIL_ROWS; row++) model.add(row, rowOf(rows, row));
    await index.settled();
    refusing.mockRestore();
    expect(index.stats()).toMatchObject({ segments: 1, tail: 0 });
    await model.check(rows, randomWords(31), 5);
  });
});

describe("a thread that is killed", () => {
  const workers: Worker[] = [];
  const note = (worker: Worker) => workers.push(worker);
  beforeEach(async () => {
    workers.length = 0;
    // Node tells of a new worker in the next turn: those that search are there by now.
    await setImmediate();
    process.on("worker", note);
  });
  afterEach(() => void process.off("worker", note));

  it("in a merge loses nothing: the sources are searched, and the merge begins again", async () => {
    const rows = mixedRows(2 * TAIL_ROWS, 51);
    await using index = createIndex({ threads });
    const model = new Model(index);
    for (let row = 0; row < TAIL_ROWS; row++) model.add(row, rowOf(rows, row));
    await setImmediate();
    const [builder] = workers;
    expect(workers).toHaveLength(1);
    await builder?.terminate();
    await model.check(rows, randomWords(52), 5);
    await index.settled();
    expect(index.stats()).toMatchObject({ failedMerges: 1, segments: 1, tail: 0 });
    await model.check(rows, randomWords(53), 5);
  });

  it("in every attempt of a merge leaves the index as it was, until the next tail is full", async () => {
    const rows = mixedRows(2 * TAIL_ROWS, 61);
    const kill = (worker: Worker) => void worker.terminate();
    process.on("worker", kill);
    await using index = createIndex({ threads });
    const model = new Model(index);
    for (let row = 0; row < TAIL_ROWS; row++) model.add(row, rowOf(rows, row));
    await index.settled();
    process.off("worker", kill);
    expect(index.stats()).toMatchObject({ failedMerges: 3, segments: 0, tail: TAIL_ROWS });
    for (let row = TAIL_ROWS; row < 2 * TAIL_ROWS; row++) model.add(row, rowOf(rows, row));
    await index.settled();
    expect(index.stats()).toMatchObject({ failedMerges: 3, segments: 1, tail: 0 });
    await model.check(rows, randomWords(62), 5);
  });

  it("in a search is started again, and the search answered", async () => {
    await using threads = startThreads({ search: 2 });
    const rows = mixedRows(20_000, 71);
    const builder = createBuilder({ threads });
    builder.addRows(0, rows);
    await using index = await builder.build();
    await index.search(rowOf(rows, 1), 0);
    const before = workers.length;
    const running = index.searchMany(
      Array.from({ length: 20 }, (_, i) => rowOf(rows, i)),
      0,
      60_000,
    );
    await Promise.all(workers.map((worker) => worker.terminate()));
    for (const [i, { ids }] of (await running).entries()) expect([...ids]).toContain(i);
    expect(workers.length).toBeGreaterThan(before);
  });
});

it("refuses a number of threads that it has no places for", () => {
  expect(() => startThreads({ search: 0 })).toThrow("search must be a whole number from 1 to 16, not 0");
  expect(() => startThreads({ search: 17 })).toThrow(RangeError);
});
