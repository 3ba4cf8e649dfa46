import { describe, expect, it } from "vitest";
import { bandCountFor } from "../hash/bands.ts";
import { buildInPlace } from "../build/build.ts";
import type { KernelKind } from "./kernel.ts";
import { openKernel } from "./open-kernel.ts";
import { layoutOf, scratchOf, type Shape } from "../segments/layout.ts";
import { allocate, bufferOf } from "../segments/segment-memory.ts";
import { SegmentSearch } from "../segments/segment-search.ts";
import { bruteForce, entriesOf, mixedRows, queryNear, randomWords } from "../../test/rows.ts";

const RADII = [0, 1, 7, 8, 15, 16, 24, 31, 32, 40, 63, 64, 200];
const sizes = [1, 63, 4095, 4097, 9001, 40_009];

function built(kind: KernelKind, rows: Uint8Array) {
  const count = rows.length / 32;
  const shape: Shape = { rows: count, bandCount: bandCountFor(count), firstId: 0 };
  const layout = layoutOf(shape);
  const memory = allocate(kind, layout.bytes);
  new Uint8Array(bufferOf(memory), layout.rowsAt).set(rows);
  buildInPlace(memory, shape, kind);
  return { memory, shape, layout, count, search: new SegmentSearch(memory, shape, 1, kind) };
}

describe.each(["wasm", "typescript"] as const)("the kernel in %s", (kind) => {
  it.each(sizes)("finds in %d rows what comparing with every row finds", (count) => {
    const rows = mixedRows(count, count);
    const { search } = built(kind, rows);
    const next = randomWords(5);
    let found = 0;
    for (let i = 0; i < (count > 10_000 ? 12 : 40); i++) {
      const query = queryNear(rows, next);
      const near = bruteForce(entriesOf(rows), query, 256);
      for (const radius of RADII) {
        const expected = near.filter(({ distance }) => distance <= radius);
        for (const limit of [1, 30, 5000]) {
          const hits = search.search(query, radius, limit, count);
          const pairs = expected.slice(0, limit).flatMap(({ id, distance }) => [id, distance]);
          expect([...hits.pairs.subarray(0, hits.count * 2)]).toEqual(pairs);
          expect(hits.more).toBe(expected.length > limit);
          found += hits.count;
        }
      }
    }
    expect(found).toBeGreaterThan(count > 1 ? 1000 : 0);
  });
});

it("both kernels make the same of the same rows, to the last byte", () => {
  const rows = mixedRows(9001, 3);
  const [wasm, typescript] = [built("wasm", rows), built("typescript", rows)];
  const { rowsAt, workAt } = wasm.layout;
  const image = ({ memory }: typeof wasm) => Buffer.from(bufferOf(memory), rowsAt, workAt - rowsAt);
  expect(image(wasm).equals(image(typescript))).toBe(true);
});

it("finds a row whose differing bits are spread over the bands in the worst way", () => {
  const rows = mixedRows(5000, 1);
  const { search, count } = built("wasm", rows);
  for (let radius = 0; radius <= 64; radius++) {
    for (const start of [0, 100, 192]) {
      // Consecutive bits go to different bands each: with the stride, this spreads them as evenly as can be.
      const query = rows.slice(32 * 77, 32 * 78);
      for (let bit = start; bit < start + radius; bit++) {
        const byte = (bit & 255) >> 3;
        query[byte] = (query[byte] as number) ^ (1 << (bit & 7));
      }
      const hits = search.search(query, radius, 5000, count);
      const found = Array.from({ length: hits.count }, (_, i) => hits.pairs[2 * i]);
      expect(found).toContain(77);
      if (radius === 0) continue;
      const less = search.search(query, radius - 1, 5000, count);
      expect(Array.from({ length: less.count }, (_, i) => less.pairs[2 * i])).not.toContain(77);
    }
  }
});

describe.each(["wasm", "typescript"] as const)("in %s", (kind) => {
  it("a bucket larger than the room for candidates is compared in parts", () => {
    const rows = new Uint8Array(70_000 * 32);
    for (let row = 0; row < 70_000; row += 2) rows[row * 32 + 31] = 0x80;
    const { memory, layout } = built(kind, rows);
    const scratch = scratchOf(layout, 2);
    const kernel = openKernel(kind, memory, layout, scratch);
    const radii = new Int32Array(bufferOf(memory), scratch.radiiAt, layout.bands.length).fill(-1);
    radii[0] = 0;
    radii[1] = 0;
    kernel.permuteQuery();
    kernel.begin(0, 10);
    expect(kernel.probe()).toBe(140_000);
    kernel.collect();
    // Each is found once, by the first band, and the second half of the rows lies one bit away.
    expect(kernel.found()).toBe(35_000);
    expect(kernel.finish()).toBe(10);
  });
});

it("chooses other radii for a query whose keys are crowded, and counts right what they lead to", () => {
  const rows = mixedRows(40_009, 40_009);
  const { memory, layout, count, search } = built("wasm", rows);
  const scratch = scratchOf(layout, 2);
  const kernel = openKernel("wasm", memory, layout, scratch);
  const query = new Uint8Array(bufferOf(memory), scratch.queryAt, 32);
  query.set(rows.subarray(0, 32));
  kernel.permuteQuery();
  const all = layout.bands.map(({ bits }, band) =>
    Array.from({ length: Math.min(bits, 4) + 1 }, (_, weight) => kernel.countBand(band, weight)),
  );
  expect(all.flat().every((candidates) => candidates <= count)).toBe(true);
  const crowded = new Uint8Array(32);
  query.set(crowded);
  kernel.permuteQuery();
  const radii = new Int32Array(bufferOf(memory), scratch.radiiAt, layout.bands.length).fill(1);
  const total = kernel.probe();
  const counted = layout.bands.map((_, band) => kernel.countBand(band, 0) + kernel.countBand(band, 1));
  expect(counted.reduce((sum, candidates) => sum + candidates, 0)).toBe(total);
  expect(total).toBeGreaterThan(10_000);
  radii.fill(0);
  for (const radius of [8, 16, 31]) {
    const expected = bruteForce(entriesOf(rows), crowded, radius).slice(0, 100);
    const hits = search.search(crowded, radius, 100, count);
    expect([...hits.pairs.subarray(0, 2 * hits.count)]).toEqual(expected.flatMap(({ id, distance }) => [id, distance]));
  }
});
