import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import { generatePicture } from "../src/generated/picture.ts";
import { hashPicture, type Pdq } from "../src/index.ts";
import { bytes32, withChunks } from "./files.ts";

const [width, height] = [240, 180];
const raw = { width, height, channels: 3 } as const;
let shown: Buffer;
let decoy: Buffer;
beforeAll(async () => {
  const size = { width, height, format: "png" } as const;
  [shown, decoy] = (await Promise.all([401, 402].map(async (seed) => pixelsOf(await generatePicture(seed, size))))) as [
    Buffer,
    Buffer,
  ];
});

describe("a PNG is hashed as browsers show it:", () => {
  it("one picture for readers that ignore gamma, another for those that do not", async () => {
    const gamma = 0.023;
    const mixed = Buffer.from(Uint8Array.from(shown));
    for (let at = 0; at < mixed.length; at++) {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      const value = Math.round(255 * lightOf(shown[at] ?? 0) ** gamma);
      mixed[at] = (x + y) % 2 === 0 ? Math.round((decoy[at] ?? 0) * 0.75) : value;
    }
    const png = await sharp(mixed, { raw }).png().toBuffer();
    const followed = await pdqOf(withChunks(png, { type: "gAMA", data: bytes32(gamma * 100_000) }));
    expect(bits(await pdqOf(png), await pdqOfPixels(shown))).toBeGreaterThan(60);
    expect(bits(followed, await pdqOfPixels(shown))).toBeLessThanOrEqual(4);
  });

  it.each([
    ["gAMA alone", [{ type: "gAMA", data: bytes32(100_000) }], "light"],
    ["of 16 bits", [{ type: "gAMA", data: bytes32(100_000) }], "light, 16 bits"],
    ["the usual gAMA", [{ type: "gAMA", data: bytes32(45_455) }], "plain"],
    [
      "gAMA beside sRGB",
      [
        { type: "sRGB", data: Buffer.of(0) },
        { type: "gAMA", data: bytes32(100_000) },
      ],
      "plain",
    ],
    ["gAMA of nothing", [{ type: "gAMA", data: bytes32(0) }], "plain"],
    ["primaries alone", [{ type: "cHRM", data: bytes32(...SWAPPED()) }], "plain"],
    ["linear light by cICP", [{ type: "cICP", data: Buffer.of(1, 8, 0, 1) }], "light"],
    ["sRGB by cICP", [{ type: "cICP", data: Buffer.of(1, 13, 0, 1) }], "plain"],
    [
      "primaries that span nothing",
      [GAMMA(), { type: "cHRM", data: bytes32(...Array.from({ length: 8 }, () => 30_000)) }],
      "plain",
    ],
  ])("%s", async (name, chunks, like) => {
    const deep = like.endsWith("16 bits");
    const source = sharp(shown, { raw });
    const png = await (deep ? source.toColourspace("rgb16") : source).png().toBuffer();
    const wanted = Buffer.from(shown.map((value) => (like === "plain" ? value : shownAs(value / 255))));
    expect(bits(await pdqOf(withChunks(png, ...chunks)), await pdqOfPixels(wanted))).toBeLessThanOrEqual(2);
    expect(name).toBeTruthy();
  });

  it("colours by other primaries", async () => {
    const turned = Buffer.from(shown.map((_, at) => shown[at - (at % 3) + ((at + 2) % 3)] ?? 0));
    const png = await sharp(shown, { raw }).png().toBuffer();
    const pdq = await pdqOf(withChunks(png, GAMMA(), { type: "cHRM", data: bytes32(...SWAPPED()) }));
    expect(bits(pdq, await pdqOfPixels(turned))).toBeLessThanOrEqual(4);
  });
});

it("inks without a profile are hashed by plain conversion, as browsers show them", async () => {
  const jpeg = await sharp(shown, { raw }).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();
  const { space, hasProfile } = await sharp(jpeg).metadata();
  expect([space, hasProfile]).toEqual(["cmyk", false]);
  const inks = await sharp(jpeg).pipelineColourspace("cmyk").toColourspace("cmyk").raw().toBuffer();
  const seen = shown.map((_, at) => {
    const [ink = 0, black = 0] = [inks[Math.floor(at / 3) * 4 + (at % 3)], inks[Math.floor(at / 3) * 4 + 3]];
    return Math.round((255 - ink) * (1 - black / 255));
  });
  expect(bits(await pdqOf(jpeg), await pdqOfPixels(Buffer.from(seen)))).toBeLessThanOrEqual(2);
});

describe("a picture that lives in its transparency", () => {
  it.each(["png", "webp"] as const)("in black is hashed as it looks on white (%s)", async (format) => {
    const { pdq, renditions } = await hashed(await veiled(0, format));
    expect(bits(pdq, await pdqOfGrey())).toBeLessThanOrEqual(4);
    expect(renditions).toEqual([]);
  });

  it.each(["png", "webp"] as const)("in white is hashed as it looks on black (%s)", async (format) => {
    const { pdq, renditions } = await hashed(await veiled(255, format));
    expect(pdq.quality).toBe(0);
    expect(renditions).toMatchObject([{ onBlack: true }]);
    expect(bits(renditions[0]?.pdq, await pdqOfGrey())).toBeLessThanOrEqual(4);
  });

  async function veiled(colour: 0 | 255, format: "png" | "webp"): Promise<Buffer> {
    const grey = greyOf();
    const pixels = Buffer.alloc(width * height * 4, colour);
    for (const [at, value] of grey.entries()) pixels[at * 4 + 3] = colour === 0 ? 255 - value : value;
    return sharp(pixels, { raw: { width, height, channels: 4 } })
      .toFormat(format, format === "webp" ? { lossless: true, exact: true } : {})
      .toBuffer();
  }
});

it("colours under a veil that hides them on white are hashed as if it were none", async () => {
  const pixels = await sharp(shown, { raw }).ensureAlpha(0.1).raw().toBuffer();
  const png = await sharp(pixels, { raw: { ...raw, channels: 4 } })
    .png()
    .toBuffer();
  const { pdq } = await hashed(png);
  expect(bits(pdq, await pdqOfPixels(shown))).toBeLessThanOrEqual(4);
});

it("a picture that looks the same on black as on white has no further one", async () => {
  const png = await sharp(shown, { raw }).ensureAlpha().png().toBuffer();
  expect((await hashed(png)).renditions).toEqual([]);
});

/** Red, green and blue change places. */
function SWAPPED(): number[] {
  return [31_270, 32_900, 30_000, 60_000, 15_000, 6000, 64_000, 33_000];
}

function GAMMA() {
  return { type: "gAMA", data: bytes32(45_455) };
}

function lightOf(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function shownAs(light: number): number {
  return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
}

function greyOf(): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = shown.subarray(i * 3, i * 3 + 3);
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  });
}

function pdqOfGrey(): Promise<Pdq> {
  return pdqOfPixels(Buffer.from(Array.from(greyOf()).flatMap((value) => [value, value, value])));
}

async function pdqOfPixels(pixels: Buffer): Promise<Pdq> {
  return pdqOf(await sharp(pixels, { raw }).png().toBuffer());
}

function pixelsOf(png: Buffer): Promise<Buffer> {
  return sharp(png).removeAlpha().raw().toBuffer();
}

function bits(one: Pdq | undefined, other: Pdq | undefined): number {
  return one && other ? differingBits(one.forms.original, other.forms.original) : 256;
}

async function pdqOf(bytes: Uint8Array): Promise<Pdq> {
  return (await hashed(bytes)).pdq;
}

async function hashed(bytes: Uint8Array) {
  const result = await hashPicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
