import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createBuilder } from "../build/builder.ts";
import { createIndex, type HammingIndex } from "../hamming-index.ts";
import { MemoryPool } from "./memory-pool.ts";
import { bufferOf } from "./segment-memory.ts";
import { TAIL_ROWS } from "./tail.ts";
import { bruteForce, entriesOf, mixedRows, queryNear, randomWords, rowOf } from "../../test/rows.ts";
import { startThreads } from "../search/threads.ts";

const MB = 2 ** 20;

describe("a pool of memories", () => {
  it("gives a spare one that fits, the smallest of them", () => {
    const pool = new MemoryPool();
    const [small, large] = [pool.take("wasm", 4 * MB), pool.take("wasm", 8 * MB)];
    pool.giveBack(large);
    pool.giveBack(small);
    expect(pool.take("wasm", 3 * MB)).toBe(small);
    expect(pool.take("wasm", 5 * MB)).toBe(large);
  });

  it("makes a smaller one grow, and leaves one that is much too large", () => {
    const pool = new MemoryPool();
    const [small, large] = [pool.take("wasm", MB), pool.take("wasm", 48 * MB)];
    pool.giveBack(small);
    pool.giveBack(large);
    expect(pool.take("wasm", 4 * MB)).toBe(small);
    expect(bufferOf(small).byteLength).toBeGreaterThanOrEqual(4 * MB);
    expect(pool.take("wasm", 4 * MB)).not.toBe(large);
    expect(pool.take("wasm", 4 * MB, Infinity)).toBe(large);
  });

  it("keeps about as much spare as is in use", () => {
    const pool = new MemoryPool();
    const many = Array.from({ length: 8 }, () => pool.take("wasm", 64 * MB));
    const kept = pool.take("wasm", 64 * MB);
    for (const memory of many) pool.giveBack(memory);
    const again = Array.from({ length: 8 }, () => pool.take("wasm", 64 * MB));
    expect(kept).toBeDefined();
    expect(again.filter((memory) => many.includes(memory))).toHaveLength(2);
  });
});

it("an index that is replaced again and again takes no more memory, and finds nothing of those before", async () => {
  await using threads = startThreads({ search: 2 });
  const taken = new Set<unknown>();
  const take = threads.memories.take.bind(threads.memories);
  threads.memories.take = (...args) => {
    const memory = take(...args);
    taken.add(memory);
    return memory;
  };
  let index: HammingIndex | undefined;
  for (const [round, count] of [9000, 20_000, 5000, 20_000, 4097, 12_000].entries()) {
    const rows = mixedRows(count, 100 + round);
    const builder = createBuilder({ threads, ...(round % 2 === 0 && { rows: count }) });
    builder.addRows(0, rows);
    const next = await builder.build();
    for (let id = 0; id < 500; id++) next.disable(id);
    await index?.[Symbol.asyncDispose]();
    index = next;
    const draw = randomWords(round);
    const entries = entriesOf(rows).slice(500);
    for (let i = 0; i < 5; i++) {
      const [query, radius] = [queryNear(rows, draw), draw() % 50];
      const { ids } = await index.search(query, radius, 60_000);
      expect([...ids]).toEqual(bruteForce(entries, query, radius).map(({ id }) => id));
    }
  }
  expect(taken.size).toBeLessThanOrEqual(3);
});

it("merges take their memory from the segments that went into the ones before", async () => {
  await using threads = startThreads({ search: 1 });
  await using index = createIndex({ threads });
  const rows = mixedRows(4 * TAIL_ROWS, 7);
  for (let row = 0; row < 4 * TAIL_ROWS; row++) {
    index.add(row, rowOf(rows, row));
    if (row % TAIL_ROWS === TAIL_ROWS - 1) await index.settled();
  }
  const draw = randomWords(8);
  for (let i = 0; i < 10; i++) {
    const [query, radius] = [queryNear(rows, draw), draw() % 50];
    const { ids } = await index.search(query, radius, 60_000);
    expect([...ids]).toEqual(bruteForce(entriesOf(rows), query, radius).map(({ id }) => id));
  }
});

it("a memory is not taken for others while a snapshot of it is being written", async () => {
  await using threads = startThreads({ search: 1 });
  const rows = mixedRows(9000, 9);
  const builder = createBuilder({ threads });
  builder.addRows(0, rows);
  const index = await builder.build();
  await index.search(rowOf(rows, 0), 0);
  const file = join(await mkdtemp(join(tmpdir(), "ntd-pool-")), "snapshot");
  const writtenWhenGiven: boolean[] = [];
  threads.memories.giveBack = () => void writtenWhenGiven.push(existsSync(file));
  const saving = index.save(file);
  await index[Symbol.asyncDispose]();
  await saving;
  expect(writtenWhenGiven).toEqual([true]);
  await rm(dirname(file), { recursive: true });
});
