import fc from "fast-check";
import { expect, it } from "vitest";
import { bandsOf } from "./bands.ts";
import { onesIn } from "./hash.ts";
import { permutationTable, reordering, strideOrder } from "./permutation.ts";

const bandCounts = fc.oneof(fc.constant(0), fc.integer({ min: 11, max: 22 }));
const row = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint32Array(bytes.slice().buffer));

it("moves every bit to a place of its own", () => {
  for (const bands of [0, 11, 13, 22]) expect(new Set(strideOrder(bands)).size).toBe(256);
  expect([...strideOrder(0)]).toEqual(Array.from({ length: 256 }, (_, i) => i));
});

it("gives neighbouring bits to different bands", () => {
  const order = strideOrder(11);
  const bands = bandsOf(11);
  const bandOf = (bit: number) => bands.findLastIndex(({ firstBit }) => firstBit <= (order[bit] as number));
  for (let bit = 1; bit < 256; bit++) expect(bandOf(bit)).not.toBe(bandOf(bit - 1));
});

it("tells for each half byte where its bits go", () => {
  const order = strideOrder(12);
  const table = permutationTable(order);
  for (let bit = 0; bit < 256; bit++) {
    const cell = ((bit >> 2) * 16 + (1 << (bit & 3))) * 8;
    const words = table.subarray(cell, cell + 8);
    const to = order[bit] as number;
    expect([...words]).toEqual(Array.from({ length: 8 }, (_, i) => (i === to >> 5 ? (1 << (to & 31)) >>> 0 : 0)));
  }
});

it("changes no distance, and comes back to where it was", () => {
  fc.assert(
    fc.property(row, row, bandCounts, bandCounts, (a, b, from, to) => {
      const moved = [a, b].map((words) => {
        const out = new Uint32Array(8);
        reordering(from, to)(words, 0, out, 0);
        return out;
      }) as [Uint32Array, Uint32Array];
      expect(distance(...moved)).toBe(distance(a, b));
      const back = new Uint32Array(8);
      reordering(to, from)(moved[0], 0, back, 0);
      expect(back).toEqual(a);
    }),
  );
});

function distance(a: Uint32Array, b: Uint32Array): number {
  return a.reduce((total, word, i) => total + onesIn(word ^ (b[i] as number)), 0);
}
