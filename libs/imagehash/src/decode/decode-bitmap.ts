import { readBitmapHeader, readBitmapPixels } from "./bitmap.ts";
import { decodeFile } from "./decode-file.ts";
import { RECIPES, refused, type Decoded, type DecodeOptions } from "./decoded.ts";
import { readIcon, readIconPixels } from "./icon.ts";
import { LEAST_SIDE } from "./limits.ts";
import { shownBy } from "./shown.ts";

/** Before the header of a bitmap stands that of its file: the ten bytes' name and size, and where the pixels begin. */
const FILE_HEADER = 14;
const PIXELS_AT = 10;

/** Decodes what the native decoder does not know, here. */
export async function decodeBitmap(
  bytes: Uint8Array,
  format: "bmp" | "ico",
  options: Required<DecodeOptions>,
): Promise<Decoded> {
  const { recipe, limits } = options;
  const icon = format === "ico" ? readIcon(bytes) : undefined;
  if (icon !== undefined && "png" in icon) {
    const decoded = await decodeFile(icon.png, "png", options);
    return decoded.ok ? { ...decoded, facts: { ...decoded.facts, format } } : decoded;
  }
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bitmap = format === "bmp" ? readBitmapHeader(file.subarray(FILE_HEADER)) : icon?.bitmap;
  if (bitmap === undefined) return refused("broken");
  const { width, height } = bitmap;
  if (width * height > limits.maxPixels[format]) return refused("too_large");
  if (Math.min(width, height) < Math.max(LEAST_SIDE, limits.minSide)) return refused("too_small");
  const pixelsAt = file.readUInt32LE(PIXELS_AT) || FILE_HEADER + bitmap.pixelsAt;
  const read = icon === undefined ? readBitmapPixels(bitmap, file.subarray(pixelsAt)) : readIconPixels(icon);
  const facts = { recipe: RECIPES[recipe], format, width, height, frameCount: 0, degraded: !read.isWhole };
  const reading = { shrink: recipe === "fast", maxAnimationPixels: 0 };
  return { ok: true, facts, ...(await shownBy(read.picture, undefined, reading)) };
}
