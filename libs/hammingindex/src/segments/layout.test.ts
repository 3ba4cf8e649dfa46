import { expect, it } from "vitest";
import { bandCountFor } from "../hash/bands.ts";
import { choose } from "../hash/choose.ts";
import { onesIn } from "../hash/hash.ts";
import {
  layoutOf,
  MAX_BAND_RADIUS,
  MAX_LIMIT,
  MAX_PROBES,
  MAX_SEGMENT_ROWS,
  ROWS_AT,
  SCRATCH_SLOTS,
  scratchOf,
  writeTables,
} from "./layout.ts";

const shapes = [1, 4095, 4097, 16_384, 100_003, 1_000_000, MAX_SEGMENT_ROWS].flatMap((rows) =>
  [0, undefined].map((firstId) => ({ rows, bandCount: bandCountFor(rows), firstId })),
);

it.each(shapes)("keeps everything apart for %o", (shape) => {
  const { rows } = shape;
  const layout = layoutOf(shape);
  const bitmap = Math.ceil(rows / 32) * 4;
  const regions: [number, number][] = [
    [layout.bandTableAt, 32 * 16],
    [layout.permutationAt, 64 * 16 * 32],
    [layout.rowsAt, rows * 32],
    [layout.hiddenAt, bitmap],
    [layout.removedAt, bitmap],
    [layout.idsAt, shape.firstId === undefined ? rows * 4 : 0],
    ...layout.bands.flatMap(({ bits, offsetsAt, idsAt }): [number, number][] => [
      [offsetsAt, (2 ** bits + 1) * 4],
      [idsAt, rows * 4 + 16],
    ]),
    [layout.workAt, layout.bytes - layout.workAt],
  ];
  const ordered = regions.filter(([, bytes]) => bytes > 0).toSorted(([a], [b]) => a - b);
  for (const [i, [at]] of ordered.entries()) {
    const [before, bytes] = ordered[i - 1] ?? [0, 0];
    expect(at).toBeGreaterThanOrEqual(before + bytes);
    expect(at % 64).toBe(0);
  }
  expect(layout.bytes).toBeLessThanOrEqual(2 ** 32);
  expect(layout.rowsAt).toBe(ROWS_AT);
});

it("has a place for each thread, apart from the others", () => {
  const layout = layoutOf({ rows: 5000, bandCount: 21, firstId: 0 });
  for (let slot = 1; slot < SCRATCH_SLOTS; slot++) {
    const before = scratchOf(layout, slot - 1);
    const size = scratchOf(layout, 1).queryAt - scratchOf(layout, 0).queryAt;
    expect(scratchOf(layout, slot).queryAt).toBe(before.queryAt + size);
    expect(before.heapAt % 8).toBe(0);
    expect(before.queryAt + size).toBeLessThanOrEqual(layout.bytes);
    expect(before.probesAt - before.queryAt).toBeGreaterThanOrEqual(320);
    expect(before.candidatesAt - before.probesAt).toBe((MAX_PROBES + 1) * 8);
    // Sixteen bytes are written at once, behind the last candidate too.
    expect(before.heapAt - before.candidatesAt).toBeGreaterThanOrEqual(before.candidateRoom * 4 + 16);
    expect(before.queryAt + size - before.heapAt).toBeGreaterThanOrEqual(MAX_LIMIT * 8);
  }
});

it("lists the masks of each weight so that the first of them are those of any narrower band", () => {
  const layout = layoutOf({ rows: 5000, bandCount: 21, firstId: 0 });
  const buffer = new SharedArrayBuffer(layout.bytes);
  writeTables(buffer, layout);
  let at = layout.masksAt;
  for (let weight = 0; weight <= MAX_BAND_RADIUS; weight++) {
    const all = new Uint32Array(buffer, at, choose(24, weight));
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((mask) => onesIn(mask) === weight && mask < 2 ** 24)).toBe(true);
    for (const bits of [12, 13, 20]) {
      expect(all.subarray(0, choose(bits, weight)).every((mask) => mask < 2 ** bits)).toBe(true);
    }
    at += all.byteLength;
  }
});
