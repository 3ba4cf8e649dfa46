import { expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import {
  blur,
  border,
  brighten,
  contrast,
  crop,
  gamma,
  generatePicture,
  greyscale,
  logo,
  mirror,
  reencode,
  resize,
  rotate,
  saturate,
  sharpen,
} from "../src/generated/picture.ts";
import { decodePicture, FORMS, hashPicture, PDQ_RADIUS } from "../src/index.ts";
import type { Form } from "../src/index.ts";

const pictures = await Promise.all(
  [11, 12, 13].map(async (seed) => {
    const bytes = await generatePicture(seed);
    return { bytes, original: await hashed(bytes) };
  }),
);

it.each([
  ["stored again at quality 30", (bytes: Buffer) => reencode(bytes, { quality: 30 })],
  ["stored as WebP", (bytes: Buffer) => reencode(bytes, { format: "webp" })],
  ["scaled to half its width", (bytes: Buffer) => resize(bytes, { width: 320 })],
  ["stored as AVIF", (bytes: Buffer) => reencode(bytes, { format: "avif" })],
  ["brightened", (bytes: Buffer) => brighten(bytes)],
  ["made richer in contrast", (bytes: Buffer) => contrast(bytes, 1.25)],
  ["lightened in its middle tones", (bytes: Buffer) => gamma(bytes, 1.3)],
  ["with faded colours", (bytes: Buffer) => saturate(bytes, 0.4)],
  ["without its colours", greyscale],
  ["blurred", (bytes: Buffer) => blur(bytes, 2)],
  ["sharpened", sharpen],
])("recognises a picture %s, whose file hashes all differ", async (_, edit) => {
  for (const { bytes, original } of pictures) {
    const edited = await hashed(await edit(bytes));
    expect(differingBits(original.pdq.forms.original, edited.pdq.forms.original)).toBeLessThanOrEqual(PDQ_RADIUS);
    expect(edited.cryptographic.sha256).not.toBe(original.cryptographic.sha256);
    expect(edited.cryptographic.md5).not.toBe(original.cryptographic.md5);
  }
});

it.each<[string, Form, (bytes: Buffer) => Promise<Buffer>]>([
  ["mirrored", "flipY", mirror],
  ["turned upside down and mirrored", "flipX", async (bytes) => rotate(await mirror(bytes), 180)],
  ["turned by 90°", "rotate90", (bytes) => rotate(bytes, 90)],
  ["turned by 180°", "rotate180", (bytes) => rotate(bytes, 180)],
  ["turned by 270°", "rotate270", (bytes) => rotate(bytes, 270)],
])("finds a picture %s through the form %s alone", async (_, expected, edit) => {
  for (const { bytes, original } of pictures) {
    const edited = await hashed(await edit(bytes));
    const near = FORMS.filter(
      (form) => differingBits(edited.pdq.forms[form], original.pdq.forms.original) <= PDQ_RADIUS,
    );
    expect(near).toEqual([expected]);
  }
});

it("shows after each edit what the edit is called", async () => {
  const bytes = await generatePicture(14);
  const [width, height] = [640, 480];
  expect(await facts(await crop(bytes, 0.05))).toMatchObject({ width: 576, height: 432 });
  expect(await facts(await border(bytes, 0.05))).toMatchObject({ width: width + 48, height: height + 48, first: 0 });
  const [before, richer] = [await facts(bytes), await facts(await contrast(bytes, 1.25))];
  expect(richer.spread / before.spread).toBeCloseTo(1.2, 1);
  expect((await facts(await gamma(bytes, 1.3))).mean).toBeGreaterThan(before.mean + 5);
  expect((await facts(await saturate(bytes, 0.4))).colourful).toBeLessThan(0.6 * before.colourful);
  expect((await facts(await greyscale(bytes))).colourful).toBe(0);
  expect((await facts(await blur(bytes, 2))).edges).toBeLessThan(0.9 * before.edges);
  expect((await facts(await sharpen(bytes))).edges).toBeGreaterThan(1.05 * before.edges);
  const covered = await facts(await logo(bytes, 0.03));
  expect(covered.last).toBeGreaterThan(235);
  expect(covered).toMatchObject({ width, height });
});

/** What can be told of the red values: their first, last, mean and spread, their steps from pixel to pixel. */
async function facts(bytes: Uint8Array) {
  const decoded = await decodePicture(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  const { width, height, channels, pixels } = decoded.picture;
  const red = pixels.filter((_, i) => i % channels === 0);
  const mean = average(red, (value) => value);
  return {
    width,
    height,
    first: red[0] as number,
    last: red.at(-1) as number,
    mean,
    spread: Math.sqrt(average(red, (value) => (value - mean) ** 2)),
    edges: average(red, (value, i) => Math.abs(value - (red[i + 1] ?? value))),
    colourful: average(red, (value, i) => Math.abs(value - (pixels[channels * i + 1] as number))),
  };
}

function average(values: Uint8Array, of: (value: number, i: number) => number): number {
  return values.reduce((sum, value, i) => sum + of(value, i), 0) / values.length;
}

async function hashed(bytes: Uint8Array) {
  const result = await hashPicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
