import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differingBits } from "../src/compare/differing-bits.ts";
import { generatePicture } from "../src/generated/picture.ts";
import { hashPicture, type Pdq } from "../src/index.ts";
import { bmpOf, icoOf } from "./bitmaps.ts";
import { apngOf, bytes32, moving, withChunks } from "./files.ts";

// What a browser shows of a file is what people see of it: the reference for everything that is no plain picture.
const browser = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

const [width, height] = [160, 120];
const size = { width, height, format: "png" } as const;
const raw = { width, height, channels: 3 } as const;

/** A file, and which of the pictures that it shows the browser is compared with. */
type Shown = {
  readonly bytes: Uint8Array;
  readonly on?: "white" | "black";
  readonly frame?: number;
  /** For a browser that is asked for a frame. */
  readonly type?: string;
};

const CASES: Record<string, () => Promise<Shown>> = {
  "PNG with gAMA": async () => ({ bytes: withChunks(await png(1), { type: "gAMA", data: bytes32(100_000) }) }),
  "PNG with gAMA of 0.023, and a decoy": async () => ({ bytes: await gammaDecoy() }),
  "PNG with gAMA beside sRGB": async () => {
    const chunks = [
      { type: "sRGB", data: Buffer.of(0) },
      { type: "gAMA", data: bytes32(100_000) },
    ];
    return { bytes: withChunks(await png(1), ...chunks) };
  },
  "PNG of 16 bits with gAMA": async () => {
    const deep = await sharp(await png(1))
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    return { bytes: withChunks(deep, { type: "gAMA", data: bytes32(100_000) }) };
  },
  "PNG with the primaries of ProPhoto": async () => {
    const primaries = bytes32(34_570, 35_850, 73_470, 26_530, 15_960, 84_040, 3660, 10);
    return {
      bytes: withChunks(await png(1), { type: "gAMA", data: bytes32(55_556) }, { type: "cHRM", data: primaries }),
    };
  },
  "PNG with primaries alone": async () => {
    const primaries = bytes32(31_270, 32_900, 30_000, 60_000, 15_000, 6000, 64_000, 33_000);
    return { bytes: withChunks(await png(1), { type: "cHRM", data: primaries }) };
  },
  "PNG with cICP of linear light": async () => {
    return { bytes: withChunks(await png(1), { type: "cICP", data: Buffer.of(1, 8, 0, 1) }) };
  },
  "JPEG in inks": async () => ({ bytes: await inks() }),
  "JPEG in inks, without a word of Adobe": async () => ({ bytes: withoutAdobe(await inks()) }),
  "black that its transparency shapes, on white": async () => ({ bytes: await shaped(0) }),
  "white that its transparency shapes, on black": async () => ({ bytes: await shaped(255), on: "black" }),
  "half transparent, on white": async () => ({ bytes: await fading() }),
  "half transparent, on black": async () => ({ bytes: await fading(), on: "black" }),
  "half transparent WebP, on white": async () => ({
    bytes: await sharp(await fading())
      .webp({ quality: 95 })
      .toBuffer(),
  }),
  "BMP of 24 bits": async () => ({ bytes: bmpOf(width, height, 24, await pixelsAt()) }),
  "BMP of 16 bits": async () => ({ bytes: bmpOf(width, height, 16, await pixelsAt()) }),
  "BMP of 8 bits": async () => ({ bytes: bmpOf(width, height, 8, await pixelsAt()) }),
  "ICO of 32 bits": async () => ({ bytes: icoOf(width, height, 32, await pixelsAt()) }),
  "lying JPEG": async () => {
    return {
      bytes: await sharp(await png(1))
        .rotate(90)
        .withMetadata({ orientation: 8 })
        .jpeg()
        .toBuffer(),
    };
  },
  ...framesOf("GIF", "image/gif", async () => moving("gif", await pngs(4), [30, 30, 30, 30])),
  ...framesOf("WebP", "image/webp", async () => moving("webp", await pngs(4), [30, 30, 30, 30])),
  ...framesOf("APNG of parts", "image/png", parts),
  ...framesOf("AVIF", "image/avif", async () =>
    readFileSync(new URL("../fixtures/animations/four-frames.avif", import.meta.url)),
  ),
};

describe.skipIf(browser === undefined)("hashes of what a browser shows (skipped: no browser is installed)", () => {
  const names = Object.keys(CASES);
  let shots: Buffer[];
  let files: Shown[];
  beforeAll(async () => {
    files = await Promise.all(Object.values(CASES).map((make) => make()));
    shots = await shotsOf(files);
  }, 120_000);

  it.each(names)("%s", async (name) => {
    const { bytes, on, frame } = files[names.indexOf(name)] as Shown;
    const [ours, theirs] = [await hashed(bytes), await hashed(shots[names.indexOf(name)] as Buffer)];
    const isAsked = (one: { frame?: number; onBlack: boolean; innerPercent?: number }) =>
      one.frame === frame && one.onBlack === (on === "black") && one.innerPercent === undefined;
    // What is not named is the picture itself, or looks like it.
    const shown = ours.renditions.find(isAsked) ?? ours;
    expect(theirs.pdq.quality).toBeGreaterThanOrEqual(50);
    expect(bits(shown.pdq, theirs.pdq)).toBeLessThanOrEqual(4);
  });
});

let folder: string | undefined;
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** One screenshot of all, one below the other, taken when each is drawn. */
async function shotsOf(files: readonly Shown[]): Promise<Buffer[]> {
  folder = await mkdtemp(join(tmpdir(), "imagehash-browser-"));
  const file = join(folder, "shot.png");
  await using server = await served(files);
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"];
  const view = [`--window-size=${width},${height * files.length}`, `--screenshot=${file}`];
  const ran = spawn(browser as string, [...flags, ...view, `--user-data-dir=${join(folder, "profile")}`, server.url], {
    timeout: 100_000,
  });
  await once(ran, "exit");
  const shot = await readFile(file);
  return Promise.all(
    files.map((_, i) =>
      sharp(shot)
        .extract({ left: 0, top: i * height, width, height })
        .png()
        .toBuffer(),
    ),
  );
}

/** A page of all files. What it waits for comes when everything is drawn: that the page is loaded is what a screenshot awaits. */
async function served(files: readonly Shown[]) {
  const drawn = Promise.withResolvers<void>();
  const page = pageOf(files);
  const server = createServer((request, response) => {
    const [, path = ""] = (request.url ?? "").split("/");
    if (path === "") response.setHeader("content-type", "text/html").end(page);
    else if (path === "drawn") drawn.resolve();
    if (path === "drawn") response.end();
    else if (path === "wait") void drawn.promise.then(() => response.end());
    else if (path !== "") response.end(files[Number(path)]?.bytes);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: async () => void server.close() };
}

function pageOf(files: readonly Shown[]): string {
  const cells = files.map(({ on, frame }, i) => {
    const style = `position:absolute;left:0;top:${i * height}px;width:${width}px;height:${height}px`;
    const shown = frame === undefined ? `<img src="/${i}"` : `<canvas id="c${i}" width="${width}" height="${height}"`;
    return `<div style="${style};background:${on ?? "white"}">${shown} style="display:block"></div>`;
  });
  const frames = files.flatMap(({ frame, type }, i) => (frame === undefined ? [] : [{ i, frame, type }]));
  return `<!doctype html><body style="margin:0">${cells.join("")}<img src="/wait" style="display:none"><script>
    const draw = async ({ i, frame, type }) => {
      const decoder = new ImageDecoder({ data: await (await fetch("/" + i)).arrayBuffer(), type });
      await decoder.completed;
      const { image } = await decoder.decode({ frameIndex: frame });
      document.getElementById("c" + i).getContext("2d").drawImage(image, 0, 0);
    };
    const pictures = [...document.images].slice(0, -1).map((one) => one.decode());
    Promise.allSettled([...pictures, ...${JSON.stringify(frames)}.map(draw)]).then(() => fetch("/drawn"));
  </script>`;
}

/** Each frame of an animation. */
function framesOf(name: string, type: string, make: () => Promise<Buffer>): Record<string, () => Promise<Shown>> {
  const frames = [0, 1, 2, 3].map((frame) => [
    `${name}, frame ${frame}`,
    async () => ({ bytes: await make(), frame, type }),
  ]);
  return Object.fromEntries(frames) as Record<string, () => Promise<Shown>>;
}

function png(seed: number): Promise<Buffer> {
  return generatePicture(420 + seed, size);
}

function pngs(count: number): Promise<Buffer[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => png(i + 1)));
}

async function pixelsOf(seed: number): Promise<Buffer> {
  return sharp(await png(seed))
    .removeAlpha()
    .raw()
    .toBuffer();
}

async function pixelsAt() {
  const pixels = await pixelsOf(1);
  return (x: number, y: number) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), 255];
}

/** One picture for readers that ignore gamma, in every second pixel; another for those that do not. */
async function gammaDecoy(): Promise<Buffer> {
  const [shown, decoy] = [await pixelsOf(1), await pixelsOf(2)];
  const mixed = shown.map((value, at) => {
    const isDecoy = (Math.floor(at / 3) + Math.floor(at / 3 / width)) % 2 === 0;
    return isDecoy ? (decoy[at] ?? 0) * 0.75 : 255 * (value / 255) ** (2.2 * 0.023);
  });
  const made = await sharp(Buffer.from(mixed), { raw }).png().toBuffer();
  return withChunks(made, { type: "gAMA", data: bytes32(2300) });
}

async function inks(): Promise<Buffer> {
  return sharp(await png(1))
    .removeAlpha()
    .toColourspace("cmyk")
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** Its marker says that inks are stored upside down, which browsers take for granted. */
function withoutAdobe(jpeg: Buffer): Buffer {
  const at = jpeg.indexOf("Adobe") - 4;
  return Buffer.concat([jpeg.subarray(0, at), jpeg.subarray(at + 2 + jpeg.readUInt16BE(at + 2))]);
}

/** One colour, which only its alpha makes a picture. */
async function shaped(colour: 0 | 255): Promise<Buffer> {
  const grey = await sharp(await png(1))
    .removeAlpha()
    .greyscale()
    .raw()
    .toBuffer();
  const pixels = Buffer.alloc(width * height * 4, colour);
  for (let i = 0; i < width * height; i++) pixels[i * 4 + 3] = colour === 0 ? 255 - (grey[i] ?? 0) : (grey[i] ?? 0);
  return sharp(pixels, { raw: { ...raw, channels: 4 } })
    .png()
    .toBuffer();
}

/** From not there, at the left, to there. */
async function fading(): Promise<Buffer> {
  const pixels = await sharp(await png(1))
    .ensureAlpha()
    .raw()
    .toBuffer();
  for (let i = 0; i < width * height; i++) pixels[i * 4 + 3] = Math.round(((i % width) / width) * 255);
  return sharp(pixels, { raw: { ...raw, channels: 4 } })
    .png()
    .toBuffer();
}

/** Frames that cover a part each, drawn over or instead of what is there, and left, emptied or taken back. */
async function parts(): Promise<Buffer> {
  const [first, second, third] = (await pngs(3)) as [Buffer, Buffer, Buffer];
  const part = (of: Buffer, wide: number, high: number, alpha: number) =>
    sharp(of).resize(wide, high).removeAlpha().ensureAlpha(alpha).png().toBuffer();
  const frames = [
    { png: await part(first, width, height, 1), delayMs: 30 },
    { png: await part(second, 60, 50, 1), delayMs: 30, at: [10, 10], dispose: 2 },
    { png: await part(third, 60, 50, 1), delayMs: 30, at: [90, 60], dispose: 1 },
    { png: await part(second, 50, 80, 0.5), delayMs: 30, at: [70, 20], over: true },
  ] as const;
  return apngOf(frames);
}

function bits(one: Pdq, other: Pdq): number {
  return differingBits(one.forms.original, other.forms.original);
}

async function hashed(bytes: Uint8Array) {
  const result = await hashPicture(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
