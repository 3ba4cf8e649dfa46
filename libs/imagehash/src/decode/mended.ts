import { boxesIn } from "./iso-boxes.ts";
import type { PictureFormat } from "./sniff.ts";

/**
 * A WebP or an AVIF whose end is missing, made whole in ways that its decoder may accept: it decodes no part of a file.
 * Noughts for a WebP, which stand for plain colour. An AVIF says by its last bits where it ends, so that no more than its
 * last bytes can be made up: each way is tried. Empty where nothing is missing, or too much.
 */
export function mended(bytes: Uint8Array, format: PictureFormat, maxBytes: number): Iterable<Buffer> {
  const whole = format === "webp" ? webpLength(bytes) : format === "avif" ? avifLength(bytes) : 0;
  const missing = whole - bytes.byteLength;
  if (missing <= 0 || whole > maxBytes) return [];
  return format === "webp" ? [padded(bytes, missing)] : avifEndings(bytes, missing);
}

/** So many missing bytes of an AVIF can be made up. */
const MOST_ENDING_BYTES = 3;

function* avifEndings(bytes: Uint8Array, missing: number): Generator<Buffer, void> {
  // What is missing may be no part of the picture.
  yield padded(bytes, missing);
  if (missing > MOST_ENDING_BYTES) return;
  for (const last of missing === 1 ? LAST_BYTES : []) yield Buffer.concat([bytes, Buffer.of(last)]);
  if (missing === 1) return;
  for (let bit = missing * 8 - 1; bit >= 0; bit--) {
    const whole = padded(bytes, missing);
    whole[bytes.byteLength + (bit >> 3)] = 0x80 >> (bit & 7);
    yield whole;
  }
}

/** What it can be, those with the fewest bits set first, a quarter of all: its last bit says where the picture ends. */
const LAST_BYTES = Array.from({ length: 255 }, (_, i) => i + 1)
  .toSorted((a, b) => bitsIn(a) - bitsIn(b))
  .slice(0, 64);

function bitsIn(value: number): number {
  return value === 0 ? 0 : (value & 1) + bitsIn(value >> 1);
}

function padded(bytes: Uint8Array, missing: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(missing)]);
}

/** What the file says that it holds, in bytes. */
function webpLength(bytes: Uint8Array): number {
  return bytes.byteLength < 12 ? 0 : Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32LE(4) + 8;
}

function avifLength(bytes: Uint8Array): number {
  const last = boxesIn(bytes).at(-1);
  return last === undefined ? 0 : last.end;
}

/** Whether its colours are stored with loss, so that its decoder can skip some of them. */
export function isLossyWebp(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= buffer.length;) {
    const type = buffer.toString("latin1", at, at + 4);
    if (type === "VP8 " || type === "VP8L") return type === "VP8 ";
    at += 8 + Math.ceil(buffer.readUInt32LE(at + 4) / 2) * 2;
  }
  return false;
}
