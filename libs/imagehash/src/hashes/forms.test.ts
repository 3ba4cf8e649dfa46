import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { differingBits } from "../compare/differing-bits.ts";
import { generateScene } from "../generated/scene.ts";
import { FORMS } from "./dihedral.ts";
import { pdq } from "./pdq.ts";
import { referencePdq } from "./reference-pdq.ts";
import type { Picture } from "../decode/pixels.ts";
import { randomPicture, turned } from "../../test/pictures.ts";

// A sum that is taken from the other end differs in its last digit, which a bit may hang on.
const LAST_DIGITS = 2;

// At 16 pixels a side, the least, the highest frequencies are nothing but last digits.
it("gives in each form what the reference gives for the picture turned, whatever its shape", () => {
  const side = fc.integer({ min: 17, max: 300 });
  const run = fc.property(side, side, fc.integer(), (width, height, seed) => {
    expect(farthest(randomPicture("noise", width, height, seed))).toBeLessThanOrEqual(LAST_DIGITS);
  });
  fc.assert(run, { numRuns: runs(30) });
});

// Where the filter's window or the cells' centres begin to lie off the middle, and where they no longer do.
it.each([
  [127, 65],
  [128, 129],
  [129, 128],
  [255, 256],
  [256, 257],
  [383, 384],
  [385, 200],
  [512, 640],
])("does so at %i × %i", (width, height) => {
  for (const picture of [randomPicture("noise", width, height, 7), scene(7, width, height)]) {
    expect(farthest(picture)).toBeLessThanOrEqual(LAST_DIGITS);
  }
});

// The bed of needles that a shrink which is off by a pixel sees otherwise when it is turned.
it("does so for a fine texture, whose forms lay up to 86 bits off when one transform made them all", () => {
  const [width, height] = [512, 512];
  const { pixels } = scene(8, width, height);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    pixels[i] = (pixels[i] as number) * 0.2 + 95 + 95 * Math.sin(x * 1.9 + y * 0.35) * Math.sin(y * 2.3);
  }
  expect(farthest({ width, height, channels: 3, pixels })).toBeLessThanOrEqual(LAST_DIGITS);
});

function scene(seed: number, width: number, height: number): Picture {
  return { ...generateScene(seed, width, height), channels: 3 };
}

/** Bits by which the worst of the eight forms lies off. */
function farthest(picture: Picture): number {
  const { forms } = pdq(picture);
  const bits = FORMS.map((form) => differingBits(forms[form], referencePdq(turned(picture, form)).hash));
  return Math.max(...bits);
}
