import fc from "fast-check";
import { expect, it } from "vitest";
import { shrunkWithFrequencies } from "./kernel.ts";
import { randomPixels } from "./test-pictures.ts";
import { referenceShrunkWithFrequencies } from "./test-reference-pdq.ts";

const kinds = ["noise", "one colour", "gradient", "holes", "few colours"] as const;

it.each(kinds)("shrinks %s of any shape as the reference does, to the last digit", (kind) => {
  const side = fc.integer({ min: 16, max: 300 });
  const run = fc.property(side, side, fc.integer(), (width, height, seed) => {
    const picture = { width, height, pixels: randomPixels(kind, width, height, seed) };
    expectAsReference(picture);
  });
  fc.assert(run, { numRuns: 60 });
});

it.each([
  [16, 16],
  [16, 2000],
  [2000, 16],
  [127, 129],
  [128, 1024],
  [1025, 1023],
  [1632, 1224],
])("shrinks %i × %i so, too", (width, height) => {
  expectAsReference({ width, height, pixels: randomPixels("holes", width, height, width) });
});

it("keeps nothing of the picture before", () => {
  const [large, little] = [200, 50].map((side) => ({
    width: side,
    height: side,
    pixels: randomPixels("noise", side, side, side),
  }));
  for (const picture of [large, little, large]) if (picture !== undefined) expectAsReference(picture);
});

function expectAsReference(picture: { width: number; height: number; pixels: Uint8Array }): void {
  const [found, expected] = [shrunkWithFrequencies(picture), referenceShrunkWithFrequencies(picture)];
  expect(Buffer.from(found.small.buffer).equals(Buffer.from(expected.small.buffer))).toBe(true);
  expect(Buffer.from(found.frequencies.buffer).equals(Buffer.from(expected.frequencies.buffer))).toBe(true);
}
