import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { differingBits } from "../compare/differing-bits.ts";
import { generatePicture } from "../generated/picture.ts";
import { decodePicture, hashPicture, PDQ_RADIUS, pdq, RECIPE_EXACT } from "../index.ts";

it.each(["jpeg", "png", "webp", "gif", "avif"] as const)("decodes %s to upright pixels", async (format) => {
  const { picture, facts } = await decoded(await tile(48, 32).toFormat(format).toBuffer());
  expect(facts).toEqual({ width: 48, height: 32, format, frameCount: 0, degraded: false, recipe: RECIPE_EXACT });
  expect([picture.width, picture.height]).toEqual([48, 32]);
  expect(picture.pixels.length).toBe(48 * 32 * picture.channels);
});

it.each([
  ["grey", () => tile(40, 40).greyscale().jpeg()],
  ["CMYK", () => tile(40, 40).toColourspace("cmyk").jpeg()],
  ["16-bit", () => tile(40, 40).toColourspace("rgb16").png()],
])("gives a %s picture three bytes a pixel", async (_, make) => {
  const { picture } = await decoded(await make().toBuffer());
  expect(picture.pixels.length).toBe(40 * 40 * 3);
});

it("takes the first frame of an animation", async () => {
  const frames = await Promise.all(["red", "blue"].map((colour) => tile(32, 32, colour).png().toBuffer()));
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  const { picture } = await decoded(bytes);
  expect([picture.width, picture.height]).toEqual([32, 32]);
  expect([...picture.pixels.subarray(0, 3)]).toEqual([255, 0, 0]);
});

it("applies the EXIF orientation, so that a picture stored lying down hashes like the upright one", async () => {
  const upright = await generatePicture(21);
  const lying = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
  const [a, b] = [await decoded(upright), await decoded(lying)];
  expect([b.picture.width, b.picture.height]).toEqual([a.picture.width, a.picture.height]);
  expect(differingBits(pdq(a.picture).forms.original, pdq(b.picture).forms.original)).toBeLessThanOrEqual(6);
});

describe("a fully transparent pixel", () => {
  it("counts as white whatever colour it hides", async () => {
    const [white, hidden] = await Promise.all([halfHidden("#ffffffff"), halfHidden("#12345600")]);
    expect(hidden.pdq).toEqual(white.pdq);
    expect(hidden.blockhash).toEqual(white.blockhash);
  });

  it("and one that is nearly so lie apart from one that is not", async () => {
    const [hidden, faint, whole] = await Promise.all(["#12345600", "#12345601", "#123456ff"].map(halfHidden));
    const apart = (one = hidden) =>
      differingBits(hidden?.pdq.forms.original as Uint8Array, one?.pdq.forms.original as Uint8Array);
    expect(apart(faint)).toBeLessThanOrEqual(2);
    expect(apart(whole)).toBeGreaterThan(PDQ_RADIUS);
  });
});

describe("a damaged file", () => {
  it("whose end is missing is hashed as far as it goes, and marked", async () => {
    const bytes = await generatePicture(22);
    const [whole, cut] = [await hashPicture(bytes), await hashPicture(bytes.subarray(0, bytes.length * 0.97))];
    if (!whole.ok || !cut.ok) throw new Error("refused");
    expect([whole.degraded, cut.degraded]).toEqual([false, true]);
    expect(differingBits(whole.pdq.forms.original, cut.pdq.forms.original)).toBeLessThanOrEqual(PDQ_RADIUS);
  });

  it("that ends within its header is broken, and keeps its cryptographic hashes", async () => {
    const hashed = await hashPicture((await generatePicture(22)).subarray(0, 40));
    expect(hashed).toMatchObject({ ok: false, reason: "broken" });
    expect(hashed.cryptographic.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

function tile(width: number, height: number, background = "#306090") {
  return sharp({ create: { width, height, channels: 3, background } });
}

/** A generated picture whose lower left half, below the diagonal, is covered by one colour with its alpha. */
async function halfHidden(colour: string) {
  const base = await sharp(await generatePicture(23, { width: 128, height: 96 }))
    .ensureAlpha()
    .raw()
    .toBuffer();
  const rgba = Buffer.from(colour.slice(1), "hex");
  for (let y = 0; y < 96; y++) for (let x = 0; x < y; x++) rgba.copy(base, (y * 128 + x) * 4);
  const png = await sharp(base, { raw: { width: 128, height: 96, channels: 4 } })
    .png()
    .toBuffer();
  const hashed = await hashPicture(png);
  if (!hashed.ok) throw new Error(hashed.reason);
  return hashed;
}

async function decoded(bytes: Uint8Array) {
  const result = await decodePicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
