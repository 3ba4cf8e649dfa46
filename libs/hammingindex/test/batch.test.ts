import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBatch } from "../src/build/batch.ts";
import { createBuilder } from "../src/build/builder.ts";
import { createIndex, type HammingIndex } from "../src/hamming-index.ts";
import { startThreads, type IndexThreads } from "../src/search/threads.ts";
import { bruteForce, entriesOf, mixedRows, queryNear, randomWords, rowOf } from "./rows.ts";

let threads: IndexThreads;
beforeEach(() => void (threads = startThreads({ search: 2 })));
afterEach(() => threads[Symbol.asyncDispose]());

async function built(rows: Uint8Array, options = {}): Promise<HammingIndex> {
  const builder = createBuilder(options);
  builder.addRows(0, rows);
  return builder.build();
}

const ids = async (index: HammingIndex, hash: Uint8Array) => [...(await index.search(hash, 0, 60_000)).ids];

const step = fc.oneof(
  fc.record({
    kind: fc.constant("batch" as const),
    count: fc.integer({ min: 0, max: 40 }),
    few: fc.constantFrom(0, 20),
  }),
  fc.record({
    kind: fc.constant("leave" as const),
    count: fc.integer({ min: 0, max: 40 }),
    few: fc.constantFrom(0, 20),
  }),
  fc.record({ kind: fc.constant("add" as const) }),
  fc.record({ kind: fc.constant("disable" as const), which: fc.nat({ max: 200 }) }),
  fc.record({ kind: fc.constant("remove" as const), which: fc.nat({ max: 200 }) }),
);

describe.each(["with", "without"])("%s threads", (how) => {
  it("whatever comes, alone or together, and goes: what is found is what a plain list has", async () => {
    const rows = mixedRows(1000, 7);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(), async (steps, seed) => {
        await using index = createIndex(how === "with" ? { threads } : {});
        const visible = new Map<number, Uint8Array>();
        let next = 0;
        const more = () => [next, rowOf(rows, next++ % 1000)] as const;
        for (const one of steps) {
          if (one.kind === "add") {
            const [id, hash] = more();
            index.add(id, hash);
            visible.set(id, hash);
          } else if (one.kind === "batch" || one.kind === "leave") {
            using batch = createBatch(index, one.few);
            const some = Array.from({ length: one.count }, more);
            for (const [id, hash] of some) batch.add(id, hash);
            expect(batch.size).toBe(one.count);
            await batch.prepare();
            if (one.kind === "leave") continue;
            batch.commit();
            for (const [id, hash] of some) visible.set(id, hash);
          } else if (one.kind === "disable") expect(index.disable(one.which)).toBe(visible.delete(one.which));
          else if (index.remove(one.which)) visible.delete(one.which);
        }
        const query = queryNear(rows, randomWords(seed));
        const all = bruteForce(visible, query, 60).map(({ id }) => id);
        expect([...(await index.search(query, 60, 2000)).ids]).toEqual(all);
        expect(index.size).toBe(visible.size);
      }),
      { numRuns: 40 },
    );
  });
});

it("a search that goes on meanwhile finds none of a batch or all of it", async () => {
  const rows = mixedRows(60_000, 11);
  await using index = await built(rows.subarray(0, 20_000 * 32), { threads });
  const wanted = rowOf(rows, 19);
  using batch = createBatch(index);
  for (let id = 20_000; id < 60_000; id++) batch.add(id, id % 4000 === 0 ? wanted : rowOf(rows, id));
  const before = bruteForce(entriesOf(rows.subarray(0, 20_000 * 32)), wanted, 0).map(({ id }) => id);
  const preparing = batch.prepare();
  const meanwhile = await Promise.all([ids(index, wanted), ids(index, wanted)]);
  await preparing;
  const last = ids(index, wanted);
  batch.commit();
  const after = await ids(index, wanted);
  expect([...meanwhile, await last]).toEqual([before, before, before]);
  expect(after.filter((id) => id >= 20_000 && id % 4000 === 0)).toHaveLength(10);
  await index.settled();
  expect(await ids(index, wanted)).toEqual(after);
  expect(index.stats()).toMatchObject({ rows: 60_000, segments: 1, tail: 0 });
});

it("many that follow each other leave few segments", async () => {
  const rows = mixedRows(5000, 13);
  await using index = await built(rows, { threads });
  for (let nth = 1; nth <= 12; nth++) {
    using batch = createBatch(index, 100);
    for (let row = 0; row < 2000; row++) batch.add(nth * 10_000 + row, rowOf(rows, row));
    await batch.prepare();
    batch.commit();
  }
  await index.settled();
  expect(index.stats().rows).toBe(5000 + 12 * 2000);
  expect(index.stats().segments).toBeLessThanOrEqual(4);
  expect(await ids(index, rowOf(rows, 3))).toContain(120_003);
});

it("one that is not committed gives its memory back, prepared or not", async () => {
  let held = 0;
  const take = threads.memories.take.bind(threads.memories);
  threads.memories.take = (...args) => {
    held++;
    return take(...args);
  };
  threads.memories.giveBack = () => void held--;
  const rows = mixedRows(50, 17);
  await using index = createIndex({ threads });
  for (const isPrepared of [true, false]) {
    using batch = createBatch(index, 0);
    for (const [id, hash] of entriesOf(rows)) batch.add(id, hash);
    expect(held).toBe(1);
    if (isPrepared) await batch.prepare();
    batch[Symbol.dispose]();
    expect(held).toBe(0);
  }
  // Left while it is built: the memory is given back when the thread has answered.
  const left = createBatch(index, 0);
  for (const [id, hash] of entriesOf(rows)) left.add(id, hash);
  const preparing = left.prepare();
  left[Symbol.dispose]();
  await preparing;
  expect(held).toBe(0);
  expect(index.size).toBe(0);
});

it("refuses ids that are not above all others, what is malformed, and steps out of turn", async () => {
  const rows = mixedRows(10, 19);
  await using index = await built(rows);
  index.add(70, rowOf(rows, 1));
  using batch = createBatch(index);
  expect(() => batch.add(70, rowOf(rows, 2))).toThrow("id 70 does not come after 70");
  batch.add(71, rowOf(rows, 2));
  expect(() => batch.add(71, rowOf(rows, 2))).toThrow(RangeError);
  expect(() => batch.add(72, new Uint8Array(31))).toThrow(RangeError);
  expect(() => batch.commit()).toThrow("the batch is open, not prepared");
  await batch.prepare();
  expect(() => batch.add(80, rowOf(rows, 2))).toThrow("not open");
  batch.commit();
  expect(() => batch.commit()).toThrow("the batch is over");
  expect(await ids(index, rowOf(rows, 2))).toContain(71);
});
