import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { referenceShrunk } from "./reference-pdq.ts";
import { shrunk } from "./kernel.ts";
import type { Picture } from "../decode/pixels.ts";
import { KINDS, randomPicture } from "../../test/pictures.ts";

it.each(KINDS)("shrinks %s of any shape as the reference does, to the last digit", (kind) => {
  const side = fc.integer({ min: 16, max: 300 });
  const run = fc.property(side, side, fc.integer(), (width, height, seed) => {
    expectAsReference(randomPicture(kind, width, height, seed));
  });
  fc.assert(run, { numRuns: runs(60) });
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
  expectAsReference(randomPicture("holes", width, height, width));
});

it("keeps nothing of the picture before", () => {
  const [large, little] = [randomPicture("holes", 200, 200, 1), randomPicture("noise", 50, 50, 2)];
  for (const picture of [large, little, large]) expectAsReference(picture);
});

function expectAsReference(picture: Picture): void {
  const [found, expected] = [shrunk(picture), referenceShrunk(picture)];
  expect(Buffer.from(found.small.buffer).equals(Buffer.from(expected.small.buffer))).toBe(true);
  expect(Buffer.from(found.frequencies.buffer).equals(Buffer.from(expected.frequencies.buffer))).toBe(true);
}
