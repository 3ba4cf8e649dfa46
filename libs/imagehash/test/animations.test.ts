import { readFileSync } from "node:fs";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import { generatePicture } from "../src/generated/picture.ts";
import { DECODE_LIMITS, hashPicture, perceptualHashes, type DecodeOptions, type Pdq } from "../src/index.ts";
import { apngOf, moving, withChunks, type MadeFrame } from "./files.ts";

const size = { width: 160, height: 120, format: "png" } as const;
const delays = [10, 5000, 200, 40];
let pngs: Buffer[];
let hashes: Pdq[];
beforeAll(async () => {
  pngs = await Promise.all([301, 302, 303, 304].map((seed) => generatePicture(seed, size)));
  hashes = await Promise.all(pngs.map(async (png) => (await hashed(png)).pdq));
});

describe("an animation that shows something else for 10 ms first shows its other frames, too:", () => {
  it.each([
    ["GIF", () => moving("gif", pngs, delays)],
    ["WebP", () => moving("webp", pngs, delays)],
    ["APNG", () => apngOf(pngs.map((png, i) => ({ png, delayMs: delays[i] ?? 0 })))],
    ["AVIF", () => readFileSync(new URL("../fixtures/animations/four-frames.avif", import.meta.url))],
  ])("%s", async (_, make) => {
    const { pdq, renditions, frameCount, degraded } = await hashed(await make());
    expect({ frameCount, degraded }).toEqual({ frameCount: 4, degraded: false });
    expect(near(pdq)).toBe(0);
    expect(renditions.map(({ frame, shownMs, ...of }) => [frame, shownMs, near(of.pdq)])).toEqual([
      [1, 5000, 1],
      [2, 200, 2],
      [3, 40, 3],
    ]);
  });
});

describe("an animation that says that it lies on its side shows the same frames:", () => {
  const lying = async () => Promise.all(pngs.map((png) => sharp(png).rotate(270).png().toBuffer()));
  const turned = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");

  it("WebP", async () => {
    const webp = await moving("webp", await lying(), delays);
    const exif = await sharp(webp, { animated: true }).withMetadata({ orientation: 6 }).webp().toBuffer();
    await expectUpright(exif);
  });

  it("APNG", async () => {
    const frames = (await lying()).map((png, i) => ({ png, delayMs: delays[i] ?? 0 }));
    await expectUpright(withChunks(apngOf(frames), { type: "eXIf", data: turned }));
  });

  async function expectUpright(file: Buffer): Promise<void> {
    const { renditions, width, height } = await hashed(file);
    expect([width, height]).toEqual([size.width, size.height]);
    const nearest = renditions.map(({ frame, pdq }) => [
      frame,
      hashes.findIndex((one) => Object.values(pdq.forms).some((form) => differingBits(form, one.forms.original) <= 8)),
    ]);
    expect(nearest).toEqual([1, 2, 3].map((frame) => [frame, frame]));
  }
});

it("a still picture has no frames", async () => {
  for (const format of ["png", "gif", "webp", "avif", "jpeg"] as const) {
    const still = await sharp(pngs[0]).toFormat(format).toBuffer();
    expect(await hashed(still)).toMatchObject({ frameCount: 0, renditions: [] });
  }
});

it("the recipe `fast` takes frames as it takes pictures", async () => {
  const large = await Promise.all(pngs.slice(0, 2).map((png) => sharp(png).resize(640, 480).png().toBuffer()));
  const webp = await moving("webp", large, [100, 100]);
  const { renditions } = await hashed(webp, { recipe: "fast" });
  const fast = await hashed(await sharp(webp, { page: 1 }).png().toBuffer(), { recipe: "fast" });
  expect(renditions[0]?.pdq).toEqual(fast.pdq);
});

describe("a frame of an animated PNG", () => {
  const patch = async (colour: string) =>
    sharp({ create: { width: 40, height: 30, channels: 4, background: colour } })
      .png()
      .toBuffer();
  const whole = async (): Promise<MadeFrame> => ({ png: await rgba(pngs[0]), delayMs: 100 });

  it("is drawn where it says, over what is there or in its place", async () => {
    for (const [over, colour] of [
      [true, "#ff0000ff"],
      [false, "#ff000080"],
    ] as const) {
      const made = { png: await patch(colour), delayMs: 100, at: [60, 50], over } as const;
      const { renditions } = await hashed(apngOf([await whole(), made]));
      const composed = sharp(pngs[0]).composite([
        { input: await patch(over ? colour : "#ff7f7fff"), left: 60, top: 50 },
      ]);
      const { pdq } = await hashed(await composed.png().toBuffer());
      expect(bits(renditions[0]?.pdq, pdq)).toBeLessThanOrEqual(2);
    }
  });

  it("leaves behind what it says: itself, nothing, or what was there before", async () => {
    const after = async (dispose: 0 | 1 | 2) => {
      const covering = { png: await rgba(pngs[1]), delayMs: 100, dispose } as const;
      const last = { png: await patch("#00000000"), delayMs: 100, at: [0, 0], over: true } as const;
      const { renditions } = await hashed(apngOf([await whole(), covering, last]));
      return renditions.find(({ frame, onBlack }) => frame === 2 && !onBlack)?.pdq;
    };
    expect([near(await after(0)), near(await after(2))]).toEqual([1, 0]);
    expect((await after(1))?.quality).toBe(0);
  });

  it("that lies outside the picture, is empty or is cut off leaves the others", async () => {
    const outside = { png: await patch("red"), delayMs: 100, at: [150, 50] } as const;
    const bytes = apngOf([await whole(), outside, { png: await rgba(pngs[1]), delayMs: 300 }]);
    const { renditions } = await hashed(bytes);
    expect(renditions.map(({ pdq }) => near(pdq))).toEqual([1]);
    const cut = await hashed(bytes.subarray(0, bytes.length * 0.9));
    expect(near(cut.pdq)).toBe(0);
    expect(cut.degraded).toBe(true);
  });

  it("stands beside the picture of readers that know no animations, which is hashed, too", async () => {
    const { pdq, renditions } = await hashed(apngOf([await whole()], await rgba(pngs[3])));
    expect([near(pdq), ...renditions.map((one) => near(one.pdq))]).toEqual([3, 0]);
    expect(renditions[0]?.frame).toBe(0);
  });
});

describe("what an animation costs is bounded:", () => {
  const many = async () =>
    moving(
      "webp",
      Array.from({ length: 12 }, (_, i) => pngs[i % 4] as Buffer),
      [100],
    );
  const within = (webp: number): DecodeOptions => {
    const maxAnimationPixels = { ...DECODE_LIMITS.maxAnimationPixels, webp };
    return { limits: { ...DECODE_LIMITS, maxAnimationPixels } };
  };

  it("frames beyond the limit are left out, and that is said", async () => {
    const { renditions, frameCount, degraded } = await hashed(await many(), within(5 * 160 * 120));
    expect({ frameCount, degraded }).toEqual({ frameCount: 12, degraded: true });
    expect(renditions.map(({ frame }) => frame)).toEqual([1, 2, 3, 4]);
  });

  it("at most 16 are hashed", async () => {
    const webp = await moving(
      "webp",
      Array.from({ length: 40 }, (_, i) => pngs[i % 4] as Buffer),
      [100],
    );
    const { renditions, frameCount, degraded } = await hashed(webp);
    expect({ count: renditions.length, frameCount, degraded }).toEqual({ count: 15, frameCount: 40, degraded: false });
  });
});

it("what is known is told before each further step, so that it stands if that is the last one", async () => {
  const told: [number, boolean][] = [];
  const onSoFar = ({ renditions, degraded }: { renditions: readonly unknown[]; degraded: boolean }) =>
    told.push([renditions.length, degraded]);
  await perceptualHashes(await moving("webp", pngs, delays), { onSoFar });
  expect(told).toEqual([0, 1, 2, 3].map((count) => [count, true]));
});

/** Which of the four pictures it is. */
function near(pdq: Pdq | undefined): number {
  return hashes.findIndex((one) => bits(one, pdq) <= 8);
}

function bits(one: Pdq | undefined, other: Pdq | undefined): number {
  return one && other ? differingBits(one.forms.original, other.forms.original) : 256;
}

function rgba(png: Buffer | undefined): Promise<Buffer> {
  return sharp(png).ensureAlpha().png().toBuffer();
}

async function hashed(bytes: Uint8Array, options?: DecodeOptions) {
  const result = await hashPicture(bytes, options);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
