import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import { generatePicture } from "../src/generated/picture.ts";
import { DECODE_LIMITS, decodePicture, hashPicture, RECIPE_FAST, type Pdq } from "../src/index.ts";
import { bmpOf, icoOf, iconOf, rle8Of } from "./bitmaps.ts";

const [width, height] = [203, 150];
let png: Buffer;
let pixels: Buffer;
beforeAll(async () => {
  png = await generatePicture(411, { width, height, format: "png" });
  pixels = await sharp(png).removeAlpha().raw().toBuffer();
});
const at = (x: number, y: number) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), 255];

describe("a bitmap is decoded:", () => {
  it.each([
    ["24 bits", () => bmpOf(width, height, 24, at), 0],
    ["24 bits from the top", () => bmpOf(width, height, 24, at, true), 0],
    ["32 bits", () => bmpOf(width, height, 32, (x, y) => [...at(x, y).slice(0, 3), 0]), 0],
    ["16 bits", () => bmpOf(width, height, 16, at), 8],
    ["an icon of 32 bits", () => icoOf(width, height, 32, at), 0],
    ["an icon of 24 bits", () => icoOf(width, height, 24, at), 0],
    ["an icon that is a PNG", () => iconOf(width, height, 32, png), 0],
  ])("%s", async (_, make, off) => {
    const { picture, facts } = await decoded(make());
    expect(facts).toMatchObject({ width, height, degraded: false, frameCount: 0 });
    expect(farthest(await rgb(picture), pixels)).toBeLessThanOrEqual(off);
  });

  it.each([
    ["8 bits", () => bmpOf(width, height, 8, at), 1],
    ["4 bits", () => bmpOf(width, height, 4, at), 9],
    ["1 bit", () => bmpOf(width, height, 1, at), 128],
    ["runs of 8 bits", () => rle8Of(width, height, at), 1],
  ])("in greys of %s", async (_, make, off) => {
    const { picture, facts } = await decoded(make());
    expect(facts.degraded).toBe(false);
    const grey = pixels.map((_value, i) => {
      const [red = 0, green = 0, blue = 0] = pixels.subarray(i - (i % 3), i - (i % 3) + 3);
      return Math.round((red + green + blue) / 3);
    });
    expect(farthest(await rgb(picture), Buffer.from(grey))).toBeLessThanOrEqual(off);
  });

  it("what an icon's mask or its alpha hides is not there", async () => {
    const holes = (x: number, y: number) => [...at(x, y).slice(0, 3), x < width / 2 ? 0 : 255];
    for (const bits of [24, 32]) {
      const { picture } = await decoded(icoOf(width, height, bits, holes));
      const shown = await rgb(picture);
      expect([...shown.subarray(0, 3)]).toEqual([255, 255, 255]);
      expect([...shown.subarray((width - 1) * 3, width * 3)]).toEqual(at(width - 1, 0).slice(0, 3));
    }
  });

  it("as far as it goes", async () => {
    const bmp = bmpOf(width, height, 24, at);
    const hashed = await hashPicture(bmp.subarray(0, bmp.length * 0.97));
    expect(hashed).toMatchObject({ ok: true, degraded: true, format: "bmp" });
  });

  it("unless it is too large, too small or none", async () => {
    const limits = { ...DECODE_LIMITS, maxPixels: { ...DECODE_LIMITS.maxPixels, bmp: 100 } };
    const [large, small] = [bmpOf(16, 16, 24, () => [0, 0, 0]), bmpOf(16, 15, 24, () => [0, 0, 0])];
    expect(await decodePicture(large, { limits })).toEqual({ ok: false, reason: "too_large", format: "bmp" });
    expect(await decodePicture(small)).toEqual({ ok: false, reason: "too_small", format: "bmp" });
    small.writeUInt32LE(5, 30);
    expect(await decodePicture(small)).toEqual({ ok: false, reason: "broken", format: "bmp" });
  });
});

it.each(["lzw", "deflate", "jpeg", "none"] as const)("a TIFF is decoded (%s)", async (compression) => {
  const tiff = await sharp(png).removeAlpha().tiff({ compression, quality: 90 }).toBuffer();
  const [found, wanted] = [await hashed(tiff), await hashed(png)];
  expect(found).toMatchObject({ format: "tiff", width, height });
  expect(bits(found.pdq, wanted.pdq)).toBeLessThanOrEqual(4);
});

describe("a file whose end is missing is hashed as far as it goes:", () => {
  it.each([
    ["a WebP without its last byte", () => webp(), 1, 2],
    ["a WebP without a tenth", () => webp(), 0.1, 31],
    ["a lossless WebP without its last byte", () => webp({ lossless: true }), 1, 2],
    ["a lossless WebP without a tenth", () => webp({ lossless: true }), 0.1, 31],
    ["an AVIF without its last byte", () => avif(), 1, 2],
  ])("%s", async (_, make, missing, most) => {
    const whole = await make();
    const cut = whole.subarray(0, whole.length - (missing < 1 ? Math.ceil(whole.length * missing) : missing));
    const [found, wanted] = [await hashed(cut), await hashed(whole)];
    expect(found.degraded).toBe(true);
    expect(bits(found.pdq, wanted.pdq)).toBeLessThanOrEqual(most);
  });

  it("an AVIF without a tenth is broken: its decoder takes all or nothing", async () => {
    const whole = await avif();
    expect(await hashPicture(whole.subarray(0, whole.length * 0.9))).toMatchObject({ ok: false, reason: "broken" });
  });

  it("a file that claims what nobody would fetch is broken", async () => {
    const claims = await webp();
    claims.writeUInt32LE(0x7fffffff, 4);
    const cut = claims.subarray(0, claims.length * 0.9);
    expect(await hashPicture(cut)).toMatchObject({ ok: false, reason: "broken" });
  });

  function webp(options = {}): Promise<Buffer> {
    return sharp(png)
      .removeAlpha()
      .webp({ quality: 80, ...options })
      .toBuffer();
  }

  function avif(): Promise<Buffer> {
    return sharp(png).removeAlpha().avif({ quality: 50, effort: 2, chromaSubsampling: "4:4:4" }).toBuffer();
  }
});

describe("a picture of more pixels than are read as they are is read shrunk, and its recipe says so:", () => {
  const limits = {
    ...DECODE_LIMITS,
    maxPixels: { ...DECODE_LIMITS.maxPixels, jpeg: 10_000, webp: 10_000, png: 10_000 },
    maxProgressiveJpegPixels: 10_000,
  };

  it.each([
    ["a JPEG", () => sharp(png).jpeg({ quality: 95 })],
    ["a progressive JPEG", () => sharp(png).jpeg({ quality: 95, progressive: true })],
    ["a WebP", () => sharp(png).removeAlpha().webp({ quality: 90 })],
  ])("%s", async (_, make) => {
    const found = await hashed(await make().toBuffer(), { limits });
    expect(found).toMatchObject({ recipe: RECIPE_FAST, width, height });
    expect(bits(found.pdq, (await hashed(png)).pdq)).toBeLessThanOrEqual(8);
  });

  it.each([
    ["a PNG", () => sharp(png)],
    ["a lossless WebP", () => sharp(png).removeAlpha().webp({ lossless: true })],
    ["inks", () => sharp(png).removeAlpha().toColourspace("cmyk").jpeg()],
  ])("not %s", async (_, make) => {
    expect(await hashPicture(await make().toBuffer(), { limits })).toMatchObject({ reason: "too_large" });
  });

  it("up to a limit", async () => {
    const tighter = { ...limits, maxShrunkPixels: { jpeg: 20_000, progressiveJpeg: 20_000, webp: 20_000 } };
    const jpeg = await sharp(png).jpeg().toBuffer();
    expect(await hashPicture(jpeg, { limits: tighter })).toMatchObject({ ok: false, reason: "too_large" });
  });
});

function bits(one: Pdq, other: Pdq): number {
  return differingBits(one.forms.original, other.forms.original);
}

function farthest(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? 0))), 0);
}

async function rgb({ channels, pixels: data }: { channels: 3 | 4; pixels: Uint8Array }): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels } }).flatten({ background: "#fff" }).raw().toBuffer();
}

async function decoded(bytes: Uint8Array) {
  const result = await decodePicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

async function hashed(bytes: Uint8Array, options?: Parameters<typeof hashPicture>[1]) {
  const result = await hashPicture(bytes, options);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
