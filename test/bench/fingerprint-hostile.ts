import { crc32, deflateSync } from "node:zlib";
import { generatePicture } from "@ntd/imagehash/generated";
import sharp from "sharp";

/** A file that no honest sender would send, and what is wrong with it. */
export interface HostileFile {
  kind: string;
  bytes: Uint8Array;
}

const FORMATS = ["jpeg", "png", "webp", "gif", "avif"] as const;
const SVG = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" ';

/** So many hostile files, the same at each run: mostly damaged pictures, among them what attacks a decoder. */
export async function hostileFiles(count: number): Promise<HostileFile[]> {
  const photograph = await generatePicture(900, { width: 800, height: 600, format: "png" });
  const pictures = await Promise.all(
    [...FORMATS.map((format) => sharp(photograph).toFormat(format)), sharp(photograph).jpeg({ progressive: true })].map(
      (picture) => picture.toBuffer(),
    ),
  );
  const attacks = await attackFiles();
  const next = numbers(5);
  return Array.from({ length: count }, (_, i) => {
    const picture = pictures[i % pictures.length] as Buffer;
    // Every fifth is an attack, each of them as often as the others.
    if (i % 5 === 0) return attacks[(i / 5) % attacks.length] as HostileFile;
    if (i % 5 === 1) return { kind: "truncated", bytes: picture.subarray(0, next(picture.length)) };
    return { kind: "flipped bits", bytes: flipped(picture, 1 + next(30), next) };
  });
}

function flipped(picture: Buffer, bits: number, next: (below: number) => number): Buffer {
  const bytes = Buffer.from(picture);
  for (let i = 0; i < bits; i++) {
    const at = next(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << next(8)), at);
  }
  return bytes;
}

async function attackFiles(): Promise<HostileFile[]> {
  const flat = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: "#306090" } });
  const png = await flat(64).png().toBuffer();
  const long = await generatePicture(901, { width: 64, height: 6400, format: "png" });
  const made: [string, Uint8Array | Promise<Uint8Array>][] = [
    ["nothing", new Uint8Array()],
    ["random bytes", Uint8Array.from({ length: 50_000 }, (_, i) => (i * i * 37) >> 3)],
    ["SVG of nested uses", Buffer.from(nestedUses())],
    ["SVG that names a file", Buffer.from(`${SVG} width="99" height="99"><image x:href="file:///etc/passwd"/></svg>`)],
    ["TIFF", flat(64).tiff().toBuffer()],
    ["PNG bomb within the limit", flat(7000).png().toBuffer()],
    ["progressive JPEG within the limit", flat(4900).jpeg({ progressive: true }).toBuffer()],
    ["GIF bomb within the limit", flat(4900).gif().toBuffer()],
    ["AVIF of 81 megapixels by its header alone", withAvifSize(await flat(64).avif().toBuffer(), 9000)],
    [
      "progressive JPEG of 81 megapixels by its header alone",
      withJpegSize(await flat(64).jpeg({ progressive: true }).toBuffer(), 9000),
    ],
    ["AVIF within the limit", flat(3900).avif({ effort: 0 }).toBuffer()],
    ["WebP bomb within the limit", flat(7000).webp({ effort: 0 }).toBuffer()],
    ["PNG of 81 megapixels by its header alone", withPngSize(png, 9000)],
    [
      "PNG with 200 MB of text",
      withPngChunk(png, "zTXt", Buffer.concat([Buffer.from("a\0\0"), deflateSync(Buffer.alloc(200e6), { level: 1 })])),
    ],
    [
      "PNG with a colour profile of 50 MB",
      withPngChunk(png, "iCCP", Buffer.concat([Buffer.from("a\0\0"), deflateSync(Buffer.alloc(50e6), { level: 1 })])),
    ],
    ["JPEG with 60 kB of rubbish in its EXIF", withExif(await flat(64).jpeg().toBuffer())],
    ["a very long picture", long],
  ];
  return Promise.all(made.map(async ([kind, bytes]) => ({ kind, bytes: await bytes })));
}

/** Eight groups, each of ten times the one before. */
function nestedUses(): string {
  const groups = Array.from(
    { length: 8 },
    (_, i) => `<g id="g${i + 1}">${`<use x:href="#g${i}"/>`.repeat(10)}</g>`,
  ).join("");
  return `${SVG} width="256" height="256"><defs><rect id="g0" width="9" height="9"/>${groups}</defs><use x:href="#g8"/></svg>`;
}

function withPngSize(png: Buffer, side: number): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(side, 16);
  bytes.writeUInt32BE(side, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

function withAvifSize(avif: Buffer, side: number): Buffer {
  const bytes = Buffer.from(avif);
  const at = bytes.indexOf("ispe") + 8;
  bytes.writeUInt32BE(side, at);
  bytes.writeUInt32BE(side, at + 4);
  return bytes;
}

function withJpegSize(jpeg: Buffer, side: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf("ffc2", "hex");
  bytes.writeUInt16BE(side, frame + 5);
  bytes.writeUInt16BE(side, frame + 7);
  return bytes;
}

/** Behind the header chunk, which ends at byte 33. */
function withPngChunk(png: Buffer, type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const typed = Buffer.concat([Buffer.from(type), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([png.subarray(0, 33), length, typed, check, png.subarray(33)]);
}

function withExif(jpeg: Buffer): Buffer {
  const rubbish = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 71) % 256));
  const marker = Buffer.from("ffe1000045786966000049492a00", "hex");
  marker.writeUInt16BE(marker.length - 2 + rubbish.length, 2);
  return Buffer.concat([jpeg.subarray(0, 2), marker, rubbish, jpeg.subarray(2)]);
}

/** Whole numbers below a bound, the same at each run (Lehmer's generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
