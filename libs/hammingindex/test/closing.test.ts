import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { createBuilder } from "../src/build/builder.ts";
import { createIndex, type HammingIndex } from "../src/hamming-index.ts";
import { mixedRows, rowOf } from "./rows.ts";
import { startThreads, type IndexThreads } from "../src/search/threads.ts";

const rows = mixedRows(40_000, 9);

async function built(threads: IndexThreads, count = 40_000): Promise<HammingIndex> {
  const builder = createBuilder({ threads });
  builder.addRows(0, rows.subarray(0, count * 32));
  return builder.build();
}

/** Notes each memory that is given back, beside giving it back. */
function watchGivenBack(threads: IndexThreads, note: () => void): void {
  const giveBack = threads.memories.giveBack.bind(threads.memories);
  threads.memories.giveBack = (memory) => {
    note();
    giveBack(memory);
  };
}

describe("an index that is closed", () => {
  it("gives its memory back once, and refuses every further call", async () => {
    await using threads = startThreads({ search: 1 });
    let given = 0;
    watchGivenBack(threads, () => given++);
    const index = await built(threads);
    index.add(1_000_000, rowOf(rows, 1));
    await Promise.all([index[Symbol.asyncDispose](), index[Symbol.asyncDispose]()]);
    await index[Symbol.asyncDispose]();
    expect(given).toBe(2);
    const hash = new Uint8Array(32);
    for (const call of [
      () => index.add(5, hash),
      () => index.disable(5),
      () => index.remove(5),
      () => index.scan(hash, 1),
    ]) {
      expect(call).toThrow("the index was closed");
    }
    for (const call of [index.search(hash, 1), index.searchMany([hash], 1), index.save("/nowhere/at/all")]) {
      await expect(call).rejects.toThrow("the index was closed");
    }
  });

  it("waits for searches that are under way, also for one whose thread is killed meanwhile", async () => {
    for (const kill of [false, true]) {
      const workers: Worker[] = [];
      const note = (worker: Worker) => workers.push(worker);
      process.on("worker", note);
      await using threads = startThreads({ search: 1 });
      const index = await built(threads);
      await index.search(rowOf(rows, 0), 0);
      let answered = false;
      const whenGiven: boolean[] = [];
      watchGivenBack(threads, () => whenGiven.push(answered));
      const queries = Array.from({ length: 300 }, (_, i) => rowOf(rows, i));
      const running = index.searchMany(queries, 0, 60_000).finally(() => (answered = true));
      const closing = index[Symbol.asyncDispose]();
      if (kill) await Promise.all(workers.map((worker) => worker.terminate()));
      for (const [i, { ids }] of (await running).entries()) expect([...ids]).toContain(i);
      await closing;
      expect(whenGiven).toEqual([true]);
      process.off("worker", note);
    }
  });

  it("waits for its merge", async () => {
    await using threads = startThreads({ search: 1 });
    const index = createIndex({ threads });
    for (let row = 0; row < 16_384; row++) index.add(row, rowOf(rows, row));
    let given = 0;
    watchGivenBack(threads, () => given++);
    await index[Symbol.asyncDispose]();
    // The tail that was merged, and what it was merged into.
    expect(given).toBe(2);
    expect(index.stats().segments).toBe(1);
  });
});

it("the threads that search are there before anybody searches", async () => {
  let started = 0;
  const note = () => started++;
  process.on("worker", note);
  await using _threads = startThreads({ search: 2 });
  await setImmediate();
  process.off("worker", note);
  expect(started).toBe(2);
});

it("threads that are closed start no more, and say so", async () => {
  const threads = startThreads({ search: 2 });
  const index = await built(threads);
  await index.search(rowOf(rows, 0), 0);
  let started = 0;
  const note = () => started++;
  process.on("worker", note);
  await threads[Symbol.asyncDispose]();
  await expect(index.search(rowOf(rows, 0), 0)).rejects.toThrow("the threads of the index are closed");
  await index[Symbol.asyncDispose]();
  process.off("worker", note);
  expect(started).toBe(0);
});

it("a small search does not wait for a large batch before it", async () => {
  await using threads = startThreads({ search: 1 });
  await using index = await built(threads);
  await index.search(rowOf(rows, 0), 0);
  const order: string[] = [];
  const large = index
    .searchMany(
      Array.from({ length: 2000 }, (_, i) => rowOf(rows, i)),
      60,
    )
    .then(() => order.push("large"));
  const small = index.search(rowOf(rows, 3), 0).then(() => order.push("small"));
  await Promise.all([large, small]);
  expect(order).toEqual(["small", "large"]);
});
