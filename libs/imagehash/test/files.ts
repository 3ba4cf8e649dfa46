import sharp from "sharp";
import { chunksOf, pngOf, type Chunk } from "../src/decode/png-chunks.ts";

/** A frame of an animation that is made for a test: a PNG, and what the control chunk says of it. */
export type MadeFrame = {
  readonly png: Uint8Array;
  readonly delayMs: number;
  readonly at?: readonly [left: number, top: number];
  /** What becomes of it: 0 stays, 1 emptied, 2 what was there before. */
  readonly dispose?: 0 | 1 | 2;
  readonly over?: boolean;
};

/** An animated PNG of these frames; with `fallback`, a picture stands before them that is no frame. */
export function apngOf(frames: readonly MadeFrame[], fallback?: Uint8Array): Buffer {
  const [header] = chunksOf((fallback ?? (frames[0] as MadeFrame).png) as Buffer);
  const chunks: Chunk[] = [header as Chunk, { type: "acTL", data: bytes32(frames.length, 0) }];
  let sequence = 0;
  if (fallback !== undefined) chunks.push(...dataOf(fallback));
  for (const [nth, frame] of frames.entries()) {
    const [frameHeader] = chunksOf(frame.png);
    const size = (frameHeader as Chunk).data.subarray(0, 8);
    const rest = Buffer.alloc(6);
    rest.writeUInt16BE(frame.delayMs);
    rest.writeUInt16BE(1000, 2);
    rest.writeUInt8(frame.dispose ?? 0, 4);
    rest.writeUInt8(frame.over === true ? 1 : 0, 5);
    const [left, top] = frame.at ?? [0, 0];
    chunks.push({ type: "fcTL", data: Buffer.concat([bytes32(sequence++), size, bytes32(left, top), rest]) });
    for (const { data } of dataOf(frame.png)) {
      if (nth === 0 && fallback === undefined) chunks.push({ type: "IDAT", data });
      else chunks.push({ type: "fdAT", data: Buffer.concat([bytes32(sequence++), data]) });
    }
  }
  return pngOf([...chunks, { type: "IEND", data: Buffer.alloc(0) }]);
}

/** The PNG with chunks put in behind its header, and without what says something of its colours already. */
export function withChunks(png: Uint8Array, ...added: readonly Chunk[]): Buffer {
  const [header, ...rest] = [...chunksOf(png)].filter(({ type }) => !["gAMA", "cHRM", "sRGB", "iCCP"].includes(type));
  return pngOf([header as Chunk, ...added, ...rest]);
}

/** A GIF or a WebP of these PNGs, shown for so long each. */
export function moving(format: "gif" | "webp", pngs: Uint8Array[], delay: number[]): Promise<Buffer> {
  const joined = sharp(pngs as Buffer[], { join: { animated: true } });
  return format === "gif" ? joined.gif({ delay, effort: 1 }).toBuffer() : joined.webp({ delay }).toBuffer();
}

/** Whole numbers of four bytes. */
export function bytes32(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, i * 4);
  return bytes;
}

function dataOf(png: Uint8Array): Chunk[] {
  return [...chunksOf(png)].filter(({ type }) => type === "IDAT");
}
