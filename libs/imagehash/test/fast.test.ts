import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import { generatePicture } from "../src/generated/picture.ts";
import { decodePicture, hashPicture, RECIPE_DRIFT, RECIPE_EXACT, RECIPE_FAST } from "../src/index.ts";

it("names its recipe, and the size that the file has", async () => {
  const bytes = await generatePicture(51, { width: 1200, height: 900 });
  const [exact, fast] = [await hashed(bytes), await hashed(bytes, "fast")];
  expect(exact).toMatchObject({ recipe: RECIPE_EXACT, width: 1200, height: 900, format: "jpeg", degraded: false });
  expect(fast).toMatchObject({ recipe: RECIPE_FAST, width: 1200, height: 900, format: "jpeg", degraded: false });
  expect(fast.cryptographic).toEqual(exact.cryptographic);
});

describe("hashes a picture of at most 512 pixels a side, with its proportions, unless its lines are too long:", () => {
  it.each([
    [1200, 900, 512, 384],
    [900, 1200, 384, 512],
    [513, 513, 512, 512],
    [512, 300, 512, 300],
    [64, 48, 64, 48],
    [4000, 20, 512, 16],
    [65_536, 16, 65_536, 16],
  ])("%i × %i becomes %i × %i", async (width, height, shrunkWidth, shrunkHeight) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: "#306090" } })
      .png()
      .toBuffer();
    const decoded = await decodePicture(bytes, { recipe: "fast" });
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.picture).toMatchObject({ width: shrunkWidth, height: shrunkHeight });
    expect(decoded.facts).toMatchObject({ width, height });
  });
});

it("gives the hashes of `exact` where nothing is to be shrunk", async () => {
  const bytes = await generatePicture(52, { width: 512, height: 384 });
  const [exact, fast] = [await hashed(bytes), await hashed(bytes, "fast")];
  expect(fast).toEqual({ ...exact, recipe: RECIPE_FAST });
});

it.each(["jpeg", "png", "webp", "gif", "avif"] as const)("stays within the drift of `exact` for %s", async (format) => {
  const source = sharp(await generatePicture(53, { width: 1000, height: 750, format: "png" }));
  await expectWithinDrift(await source.toFormat(format).toBuffer());
});

it("applies the EXIF orientation", async () => {
  const upright = await generatePicture(54, { width: 1000, height: 750 });
  const lying = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
  expect(await hashed(lying, "fast")).toMatchObject({ width: 1000, height: 750 });
  await expectWithinDrift(lying);
});

it("puts what is transparent on white before it shrinks", async () => {
  const base = sharp(await generatePicture(55, { width: 1000, height: 750, format: "png" }));
  const pixels = await base.ensureAlpha().raw().toBuffer();
  // A mesh of holes that shrinking would fill with its surroundings, and a veil.
  for (let i = 0; i < 1000 * 750; i++) pixels[i * 4 + 3] = i % 3 === 0 && i % 1000 < 400 ? 0 : 190;
  const raw = { width: 1000, height: 750, channels: 4 } as const;
  await expectWithinDrift(await sharp(pixels, { raw }).png().toBuffer());
});

it("hashes a file whose end is missing as far as it goes, and marks it", async () => {
  const bytes = await generatePicture(56, { width: 1000, height: 750 });
  const cut = bytes.subarray(0, bytes.length * 0.97);
  expect((await hashed(cut, "fast")).degraded).toBe(true);
  await expectWithinDrift(cut);
});

async function expectWithinDrift(bytes: Uint8Array): Promise<void> {
  const [exact, fast] = [await hashed(bytes), await hashed(bytes, "fast")];
  const [a, b] = [exact.pdq.forms.original, fast.pdq.forms.original];
  expect(differingBits(a, b)).toBeLessThanOrEqual(RECIPE_DRIFT.pdq);
  expect(differingBits(exact.blockhash.hash, fast.blockhash.hash)).toBeLessThanOrEqual(RECIPE_DRIFT.blockhash);
}

async function hashed(bytes: Uint8Array, recipe?: "exact" | "fast") {
  const result = await hashPicture(bytes, recipe && { recipe });
  if (!result.ok) throw new Error(result.reason);
  return result;
}
