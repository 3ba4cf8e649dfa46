import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { LiveIndex } from "../hamming-index.ts";
import { Builder, createBuilder } from "./builder.ts";
import { startThreads } from "../search/threads.ts";
import { bruteForce, entriesOf, mixedRows, queryNear, randomWords, rowOf } from "../../test/rows.ts";

it("makes an index in which more can be added", async () => {
  const rows = mixedRows(20_000, 1);
  const builder = createBuilder();
  builder.addRows(0, rows.subarray(0, 12_000 * 32));
  builder.addRows(12_000, rows.subarray(12_000 * 32, 19_999 * 32));
  expect(builder.size).toBe(19_999);
  await using index = await builder.build();
  index.add(19_999, rowOf(rows, 19_999));
  expect(() => index.add(5, rowOf(rows, 5))).toThrow("already in the index");
  const next = randomWords(9);
  for (let i = 0; i < 20; i++) {
    const query = queryNear(rows, next);
    const { ids } = await index.search(query, 31);
    expect([...ids]).toEqual(
      bruteForce(entriesOf(rows), query, 31)
        .slice(0, 1000)
        .map(({ id }) => id),
    );
  }
  expect(index.stats()).toMatchObject({ rows: 20_000, segments: 1, tail: 1, disabled: 0 });
});

it("computes consecutive ids and stores others", async () => {
  const rows = mixedRows(5000, 2);
  const bytes = async (gap: number) => {
    const builder = createBuilder();
    builder.addRows(1_000_000, rows.subarray(0, 3000 * 32));
    builder.addRows(1_003_000 + gap, rows.subarray(3000 * 32));
    const index = await builder.build();
    const { ids } = await index.search(rowOf(rows, 4999), 0, 60_000);
    expect([...ids]).toContain(1_004_999 + gap);
    expect(index.disable(1_003_000 + gap)).toBe(true);
    expect(index.disable(1_003_000 - 1)).toBe(true);
    expect(index.disable(1_005_000 + gap)).toBe(false);
    return index.stats().bytes;
  };
  expect((await bytes(7)) - (await bytes(0))).toBeGreaterThanOrEqual(5000 * 4);
});

it("cuts what one segment cannot hold into several", async () => {
  const rows = mixedRows(11_000, 3);
  const builder = new Builder({}, 5000);
  for (let row = 0; row < 11_000; row += 1100) builder.addRows(row * 2, rows.subarray(row * 32, (row + 1100) * 32));
  const segments = await builder.segments();
  expect(segments.map((segment) => segment.rows)).toEqual([5000, 5000, 1000]);
  await using index = new LiveIndex({}, { segments });
  const { ids } = await index.search(rowOf(rows, 10_999), 0, 60_000);
  expect([...ids]).toContain(9900 * 2 + 1099);
});

it("is an empty index when nothing was added", async () => {
  await using index = await createBuilder().build();
  expect(index.size).toBe(0);
  index.add(1, new Uint8Array(32));
  expect((await index.search(new Uint8Array(32), 0)).ids).toHaveLength(1);
});

it("refuses ids that do not ascend, and hashes of another length", () => {
  const builder = createBuilder();
  builder.add(5, new Uint8Array(32));
  expect(() => builder.add(5, new Uint8Array(32))).toThrow("id 5 does not come after 5");
  expect(() => builder.add(6, new Uint8Array(31))).toThrow("hash must be 32 bytes, not 31");
  expect(() => builder.addRows(6, new Uint8Array(33))).toThrow("not 33 in all");
  expect(() => builder.addRows(2 ** 32 - 1, new Uint8Array(64))).toThrow(RangeError);
  expect(builder.size).toBe(1);
});

it("is of no more use once it was built or disposed of", async () => {
  const builder = createBuilder();
  builder.add(1, new Uint8Array(32));
  const index = await builder.build();
  expect(() => builder.add(2, new Uint8Array(32))).toThrow("begin with a new one");
  await expect(builder.build()).rejects.toThrow("begin with a new one");
  expect(index.size).toBe(1);
  const other = createBuilder();
  other[Symbol.dispose]();
  expect(() => other.add(1, new Uint8Array(32))).toThrow("begin with a new one");
});

it("whose thread is killed rejects and gives its memory back; a new one builds", async () => {
  await using threads = startThreads({ search: 1 });
  // Node tells of a new worker in the next turn: the one that searches is there by now.
  await setImmediate();
  const given: unknown[] = [];
  threads.memories.giveBack = (memory) => void given.push(memory);
  const rows = mixedRows(50_000, 5);
  const built = async (kill: boolean) => {
    const builder = createBuilder({ threads });
    builder.addRows(0, rows);
    if (kill) process.once("worker", (worker: Worker) => void worker.terminate());
    return builder.build();
  };
  await expect(built(true)).rejects.toThrow("ended before it answered");
  expect(given).toHaveLength(1);
  await using index = await built(false);
  expect([...(await index.search(rowOf(rows, 77), 0, 60_000)).ids]).toContain(77);
});
