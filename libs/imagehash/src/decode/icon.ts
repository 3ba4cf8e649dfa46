import { readBitmapHeader, readBitmapPixels, type Bitmap } from "./bitmap.ts";
import type { Picture } from "./pixels.ts";
import { PNG_START } from "./png-chunks.ts";

/** The largest picture of an icon: a PNG, or a bitmap with a mask behind it. */
export type Icon = { readonly png: Buffer } | { readonly bitmap: Bitmap; readonly bytes: Buffer };

const ENTRY_BYTES = 16;
/** More pictures than an icon has. */
const MOST_ENTRIES = 256;

/** Reads which pictures an icon has; undefined where none of them can be read. */
export function readIcon(bytes: Uint8Array): Icon | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(buffer.length < 6 ? 0 : buffer.readUInt16LE(4), MOST_ENTRIES);
  const entries = Array.from({ length: count }, (_, i) =>
    buffer.subarray(6 + i * ENTRY_BYTES, 6 + (i + 1) * ENTRY_BYTES),
  );
  const sized = entries.filter((entry) => entry.length === ENTRY_BYTES).toSorted((a, b) => sizeOf(b) - sizeOf(a));
  for (const entry of sized) {
    const [size, from] = [entry.readUInt32LE(8), entry.readUInt32LE(12)];
    const data = buffer.subarray(from, from + size);
    if (data.subarray(0, PNG_START.length).equals(PNG_START)) return { png: data };
    const bitmap = readBitmapHeader(data);
    if (bitmap !== undefined && bitmap.height > 1) {
      return { bitmap: { ...bitmap, height: Math.floor(bitmap.height / 2) }, bytes: data };
    }
  }
  return undefined;
}

/** By sides, then by the bits of a pixel. */
function sizeOf(entry: Buffer): number {
  const [width, height] = [entry.readUInt8(0) || 256, entry.readUInt8(1) || 256];
  return width * height * 1000 + Math.min(entry.readUInt16LE(6), 999);
}

/** The pixels of an icon's bitmap: in 32 bits they bring their alpha, else a mask behind them says what is there. */
export function readIconPixels({ bitmap, bytes }: Extract<Icon, { bitmap: Bitmap }>): {
  picture: Picture;
  isWhole: boolean;
} {
  const { width, height, bits, pixelsAt } = bitmap;
  const masks = bits === 32 ? [0xff0000, 0xff00, 0xff, 0xff000000] : bitmap.masks;
  const read = readBitmapPixels({ ...bitmap, masks }, bytes.subarray(pixelsAt));
  if (bits === 32) return read;
  const rowBytes = Math.ceil(width / 32) * 4;
  const maskAt = pixelsAt + Math.ceil((bits * width) / 32) * 4 * height;
  for (let row = 0; row < height; row++) {
    const from = maskAt + (height - 1 - row) * rowBytes;
    for (let column = 0; column < width; column++) {
      const hidden = ((bytes[from + (column >> 3)] ?? 0) >> (7 - (column & 7))) & 1;
      if (hidden === 1) read.picture.pixels[(row * width + column) * 4 + 3] = 0;
    }
  }
  return read;
}
