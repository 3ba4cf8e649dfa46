import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differingBits } from "../compare/differing-bits.ts";
import { PDQ_RADIUS } from "../compare/thresholds.ts";
import { decodePicture } from "../decode/decode.ts";
import { border, captionBar, crop, flatPicture, generatePicture, letterbox, reencode } from "../generated/picture.ts";
import { innerNominatesOnly, innerPicture } from "./inner.ts";
import { pdq } from "./pdq.ts";
import type { Picture } from "../decode/pixels.ts";
import { randomPicture } from "../../test/pictures.ts";

it("gives exactly what a border of any colours frames, each side's of its own", () => {
  const wide = fc.integer({ min: 2, max: 40 });
  const colour = fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 }), fc.nat({ max: 255 }));
  const side = fc.record({ wide, colour });
  const run = fc.property(fc.array(side, { minLength: 4, maxLength: 4 }), fc.integer(), (sides, seed) => {
    const picture = randomPicture("noise", 90, 70, seed);
    const found = innerPicture(sides.reduce(framed, picture));
    expect(found?.picture).toEqual(picture);
  });
  fc.assert(run, { numRuns: runs(100) });
});

describe("finds a picture within its border after lossy storing:", () => {
  it.each<[string, number, (bytes: Buffer) => Promise<Buffer>]>([
    ["a black border", 88, (bytes) => border(bytes, 0.03)],
    ["a wide one", 72, (bytes) => border(bytes, 0.1)],
    ["a white one, stored badly", 83, async (bytes) => reencode(await border(bytes, 0.05, "white"), { quality: 40 })],
    ["a red one, as WebP", 83, async (bytes) => reencode(await border(bytes, 0.05, "#a03040"), { format: "webp" })],
    ["a letterbox", 75, (bytes) => letterbox(bytes, 16 / 9)],
    [
      "a letterbox within a white pillarbox",
      56,
      async (bytes) => letterbox(await letterbox(bytes, 16 / 9), 4 / 3, "white"),
    ],
  ])("%s: %i percent of the area", async (_, percent, edit) => {
    for (const seed of [21, 22]) {
      const bytes = await generatePicture(seed);
      const home = pdq(await decoded(bytes)).forms.original;
      const whole = await decoded(await edit(bytes));
      const inner = innerPicture(whole);
      expect(Math.abs((inner?.areaPercent ?? 0) - percent)).toBeLessThanOrEqual(2);
      const found = pdq(inner?.picture as Picture).forms.original;
      expect(differingBits(found, home)).toBeLessThanOrEqual(12);
      expect(differingBits(pdq(whole).forms.original, home)).toBeGreaterThan(PDQ_RADIUS);
    }
  });
});

describe("there is none in", () => {
  it.each<[string, () => Promise<Buffer>]>([
    ["a picture without a border", () => generatePicture(23)],
    ["a part of one", async () => crop(await generatePicture(24), 0.3)],
    ["one colour", () => flatPicture(3)],
    ["a picture with a bar of letters", async () => captionBar(await generatePicture(25), 0.12, "below")],
    ["a border that leaves too little", async () => border(await generatePicture(26, { width: 64, height: 15 }), 2)],
    ["a border too thin to matter", async () => border(await generatePicture(27), 0.002)],
  ])("%s", async (_, make) => {
    expect(innerPicture(await decoded(await make()))).toBeUndefined();
  });

  it("a sky without a cloud, which what is below it meets unevenly", () => {
    const [width, height] = [200, 200];
    const skyline = (x: number) => 90 + 70 * Math.sin(x / 17) * Math.cos(x / 5);
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return y < skyline(x) ? 230 : (i * 7919) % 251;
    });
    expect(innerPicture({ width, height, channels: 3, pixels })).toBeUndefined();
  });
});

it("counts what is fully transparent as white, as every hash does", () => {
  const inside = randomPicture("noise", 60, 60, 5);
  const picture = [0, 0, 0, 0].reduce<Picture>((rest) => framed(rest, { wide: 20, colour: [9, 200, 90], alpha: 0 }), {
    ...inside,
    channels: 4,
    pixels: Uint8Array.from({ length: 60 * 60 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 131) % 251)),
  });
  expect(innerPicture(picture)?.picture).toMatchObject({ width: 60, height: 60 });
});

it("may decide from half the area and the quality of every hash on, and else nominates", () => {
  expect(innerNominatesOnly(50, 50)).toBe(false);
  expect(innerNominatesOnly(49, 100)).toBe(true);
  expect(innerNominatesOnly(100, 49)).toBe(true);
});

/** With one more strip along its top, turned by a quarter: four times give a border. */
function framed(picture: Picture, strip: { wide: number; colour: number[]; alpha?: number }): Picture {
  const { width, height, channels, pixels } = picture;
  const out = new Uint8Array((height + strip.wide) * width * channels);
  const colour = [...strip.colour, strip.alpha ?? 255].slice(0, channels);
  for (let x = 0; x < height + strip.wide; x++) {
    for (let y = 0; y < width; y++) {
      const to = (y * (height + strip.wide) + (height + strip.wide - 1 - x)) * channels;
      const from = ((x - strip.wide) * width + y) * channels;
      out.set(x < strip.wide ? colour : pixels.subarray(from, from + channels), to);
    }
  }
  return { width: height + strip.wide, height: width, channels, pixels: out };
}

async function decoded(bytes: Uint8Array): Promise<Picture> {
  const result = await decodePicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.picture;
}
