import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { generatePicture } from "../src/generated/picture.ts";
import { DECODE_LIMITS, decodePicture, type DecodeLimits } from "../src/index.ts";
import { avifSequence } from "../src/frames/avif-sequence.ts";
import { box, boxAt } from "../src/decode/iso-boxes.ts";
import { chunksOf, pngOf, type Chunk } from "../src/decode/png-chunks.ts";
import { bmpOf, icoOf, rle8Of } from "./bitmaps.ts";
import { apngOf, bytes32, moving } from "./files.ts";

// A side of 9,000 makes 81 megapixels, one of 18,000 324. The headers lie: what matters is that nothing behind them is
// ever decoded.
describe("a header of more than its format may have is refused before decoding:", () => {
  it.each([
    ["AVIF", async () => withAvifSize(await tile(64, 64).avif().toBuffer(), 9000)],
    ["progressive JPEG", async () => withJpegSize(await tile(64, 64).jpeg({ progressive: true }).toBuffer(), 9000)],
    ["baseline JPEG", async () => withJpegSize(await tile(64, 64).jpeg().toBuffer(), 18_000)],
    ["PNG", async () => withPngSize(await tile(64, 64).png().toBuffer(), 9000)],
    ["TIFF", async () => withTiffSize(await tile(64, 64).tiff().toBuffer(), 9000)],
    [
      "BMP",
      async () =>
        withBmpSize(
          bmpOf(64, 64, 24, () => [1, 2, 3, 255]),
          9000,
        ),
    ],
    ["GIF", async () => withGifSize(await tile(64, 64).gif().toBuffer(), 9000)],
  ])("%s", async (_, make) => {
    expect(await reasonOf(await make())).toBe("too_large");
  });

  it("a real progressive JPEG", async () => {
    const bytes = await tile(9000, 9000).jpeg({ progressive: true }).toBuffer();
    expect(await reasonOf(bytes)).toBe("too_large");
  });
});

it("holds a progressive JPEG to fewer pixels than a baseline one", async () => {
  const maxShrunkPixels = { ...DECODE_LIMITS.maxShrunkPixels, progressiveJpeg: 0 };
  const limits = { ...DECODE_LIMITS, maxProgressiveJpegPixels: 64 * 64 - 1, maxShrunkPixels };
  const [baseline, progressive] = await Promise.all(
    [false, true].map((yes) => tile(64, 64).jpeg({ progressive: yes }).toBuffer()),
  );
  expect((await decodePicture(baseline as Buffer, { limits })).ok).toBe(true);
  expect(await reasonOf(progressive as Buffer, limits)).toBe("too_large");
});

it("does not decode an AVIF whose frame is larger than its header says", async () => {
  const bytes = withAvifSize(await tile(1200, 1200).avif().toBuffer(), 64);
  expect(await reasonOf(bytes)).toBe("broken");
});

describe("names the reason for", () => {
  it.each([
    ["zero bytes", "empty", async () => new Uint8Array()],
    ["text", "not_a_picture", async () => Buffer.from("hello, this is no picture")],
    ["random bytes", "not_a_picture", async () => Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 37) % 251))],
    ["an SVG", "format_not_allowed", async () => SVG],
    ["an SVG behind a byte order mark", "format_not_allowed", async () => Buffer.concat([BOM, SVG])],
    ["a JPEG XL", "format_not_allowed", async () => Buffer.from("\0\0\0\x0cJXL \r\n\x87\n", "latin1")],
    ["a bare TIFF start", "broken", async () => Buffer.from("II*\0\x08\0\0\0", "latin1")],
    ["an icon of nothing", "broken", async () => Buffer.from("\0\0\x01\0\x01\0\x10\x10\0\0\x01\0", "latin1")],
    ["a HEIC", "format_not_allowed", async () => Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1")],
    ["a PDF", "format_not_allowed", async () => Buffer.from("%PDF-1.7\n")],
    ["fifteen pixels of height", "too_small", () => tile(64, 15).png().toBuffer()],
    ["a bare JPEG start", "broken", async () => Buffer.from("ffd8ffe0", "hex")],
  ])("%s: %s", async (_, reason, make) => {
    expect(await reasonOf(await make())).toBe(reason);
  });

  it("a file of one byte too many", async () => {
    const bytes = await tile(64, 64).png().toBuffer();
    const limits = { ...DECODE_LIMITS, maxBytes: bytes.length - 1 };
    expect(await reasonOf(bytes, limits)).toBe("too_many_bytes");
  });
});

describe("a file that lies about itself costs no more than it may:", () => {
  it("an animated PNG with a second, larger header", async () => {
    const [small, large] = await Promise.all([64, 256].map((side) => tile(side, side).ensureAlpha().png().toBuffer()));
    const [header, ...rest] = chunksOf(apngOf([small, large].map((png) => ({ png: png as Buffer, delayMs: 100 }))));
    const [larger] = chunksOf(large as Buffer);
    const twice = pngOf([header as Chunk, rest[0] as Chunk, larger as Chunk, ...rest.slice(1)]);
    expect(await shownIn(twice)).not.toContain("256 × 256");
  });

  it("an animated AVIF of which every frame is the whole file, after all those before it", async () => {
    const file = readFileSync(new URL("../fixtures/animations/four-frames.avif", import.meta.url));
    const table = boxAt(file, "moov", "trak", "mdia", "minf", "stbl") as Buffer;
    const count = 1000;
    const each = (value: number) => Array.from({ length: count }, () => value);
    const tables = box(
      "stbl",
      box("stsd", boxAt(table, "stsd") as Buffer),
      box("stsz", bytes32(0, 0, count, ...each(file.length))),
      box("stco", bytes32(0, count, ...each(0))),
      box("stsc", bytes32(0, 1, 1, 1, 1)),
      box("stss", bytes32(0, 1, 1)),
    );
    const media = box("mdia", box("hdlr", bytes32(0, 0), Buffer.from("pict")), box("minf", tables));
    const sequence = avifSequence(Buffer.concat([box("moov", box("trak", media)), file]));
    expect(sequence?.steps.at(-1)).toBe(count);
    expect(sequence?.still(count - 1).length).toBeLessThan(2 * file.length);
  });

  it("a bitmap whose runs never leave their row", async () => {
    const bmp = rle8Of(64, 48, () => [0, 0, 0, 255]);
    const runs = Buffer.alloc(4_000_000, Buffer.of(255, 1));
    const before = process.cpuUsage();
    await decodePicture(Buffer.concat([bmp.subarray(0, bmp.readUInt32LE(10)), runs]));
    const { user } = process.cpuUsage(before);
    // 500 million pixels that are nowhere.
    expect(user / 1000).toBeLessThan(400);
  });

  async function shownIn(bytes: Uint8Array): Promise<string[]> {
    const result = await decodePicture(bytes);
    const sizes: string[] = [];
    if (!result.ok) return sizes;
    for await (const shown of result.others?.() ?? []) sizes.push(`${shown?.picture.width} × ${shown?.picture.height}`);
    return sizes;
  }
});

describe("whatever the bytes", () => {
  let files: Buffer[];
  beforeAll(async () => {
    const source = sharp(await generatePicture(31, { width: 640, height: 48 }));
    const formats = ["jpeg", "png", "webp", "gif", "avif"] as const;
    const stills = await Promise.all(formats.map((format) => source.clone().toFormat(format).toBuffer()));
    const png = await source.clone().ensureAlpha().png().toBuffer();
    const frames = [png, await sharp(png).negate().png().toBuffer(), png];
    const moves = await Promise.all([moving("gif", frames, [20, 50, 30]), moving("webp", frames, [20, 50, 30])]);
    const avif = readFileSync(new URL("../fixtures/animations/four-frames.avif", import.meta.url));
    const raw = await source.clone().removeAlpha().raw().toBuffer();
    const at = (x: number, y: number) => [...raw.subarray((y * 640 + x) * 3, (y * 640 + x) * 3 + 3), 255];
    const bitmaps = [bmpOf(64, 48, 24, at), bmpOf(64, 48, 8, at), icoOf(64, 48, 32, at)];
    const tiff = await source.clone().tiff({ compression: "lzw" }).toBuffer();
    files = [
      ...stills,
      ...moves,
      ...bitmaps,
      tiff,
      avif,
      apngOf(frames.map((frame) => ({ png: frame, delayMs: 40, over: true }))),
    ];
  });

  const PLACES = 1_000_000;

  it("decoding gives a picture or a reason, never an exception", async () => {
    const damage = fc.record({
      recipe: fc.constantFrom("exact", "fast"),
      file: fc.nat({ max: 12 }),
      // Anywhere alike: of all fractions that there are nearly all are next to nothing.
      keep: fc.integer({ min: 10, max: 1000 }).map((n) => n / 1000),
      flips: fc.array(
        fc.tuple(
          fc.nat({ max: PLACES - 1 }).map((n) => n / PLACES),
          fc.integer({ min: 1, max: 255 }),
        ),
      ),
    });
    const run = fc.asyncProperty(damage, async ({ recipe, file, keep, flips }) => {
      const bytes = Buffer.from((files[file] as Buffer).subarray(0, Math.ceil((files[file] as Buffer).length * keep)));
      for (const [share, mask] of flips) {
        const at = Math.floor(share * bytes.length);
        bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
      }
      const result = await decodePicture(bytes, { recipe });
      expect(result.ok ? result.picture.pixels.length : result.reason).toBeTruthy();
      if (!result.ok) return;
      for await (const shown of result.others?.() ?? []) expect(shown?.picture.pixels.length).not.toBe(0);
    });
    await fc.assert(run, { numRuns: runs(200) });
  });
});

it("leaves no way to decode a file by its path or an SVG in this process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "imagehash-"));
  try {
    const path = join(folder, "a.png");
    await writeFile(path, await tile(64, 64).png().toBuffer());
    await expect(sharp(path).metadata()).rejects.toThrow();
    await expect(sharp(SVG).metadata()).rejects.toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function reasonOf(bytes: Uint8Array, limits = DECODE_LIMITS): Promise<string> {
  const [exact, fast] = await Promise.all((["exact", "fast"] as const).map((recipe) => decode(bytes, recipe, limits)));
  expect(fast).toBe(exact);
  return exact as string;
}

async function decode(bytes: Uint8Array, recipe: "exact" | "fast", limits: DecodeLimits): Promise<string> {
  const result = await decodePicture(bytes, { recipe, limits });
  return result.ok ? "none" : result.reason;
}

const BOM = Buffer.from("efbbbf", "hex");
const SVG = Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>');

function tile(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: "#306090" } });
}

function withAvifSize(bytes: Buffer, side: number): Buffer {
  const at = bytes.indexOf("ispe") + 8;
  bytes.writeUInt32BE(side, at);
  bytes.writeUInt32BE(side, at + 4);
  return bytes;
}

/** Width and height are the first two tags that a TIFF of sharp has. */
function withTiffSize(bytes: Buffer, side: number): Buffer {
  const tags = bytes.readUInt32LE(4);
  for (let tag = 0; tag < bytes.readUInt16LE(tags); tag++) {
    const at = tags + 2 + tag * 12;
    if (bytes.readUInt16LE(at) === 256 || bytes.readUInt16LE(at) === 257) bytes.writeUInt16LE(side, at + 8);
  }
  return bytes;
}

function withBmpSize(bytes: Buffer, side: number): Buffer {
  bytes.writeInt32LE(side, 18);
  bytes.writeInt32LE(side, 22);
  return bytes;
}

function withJpegSize(bytes: Buffer, side: number): Buffer {
  const frame = Math.max(bytes.indexOf("ffc0", "hex"), bytes.indexOf("ffc2", "hex"));
  bytes.writeUInt16BE(side, frame + 5);
  bytes.writeUInt16BE(side, frame + 7);
  return bytes;
}

function withPngSize(bytes: Buffer, side: number): Buffer {
  bytes.writeUInt32BE(side, 16);
  bytes.writeUInt32BE(side, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

/** The screen and, since a decoder may believe that instead, the first frame (its descriptor begins with a comma). */
function withGifSize(bytes: Buffer, side: number): Buffer {
  const colours = 3 * 2 ** (((bytes[10] as number) & 7) + 1);
  const frame = bytes.indexOf(0x2c, 13 + colours);
  for (const at of [6, 8, frame + 5, frame + 7]) bytes.writeUInt16LE(side, at);
  return bytes;
}
