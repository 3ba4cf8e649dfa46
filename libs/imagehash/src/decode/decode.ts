import { refused, type Decoded, type DecodeOptions } from "./decoded.ts";
import { decodeBitmap } from "./decode-bitmap.ts";
import { decodeFile } from "./decode-file.ts";
import { DECODE_LIMITS } from "./limits.ts";
import { mended } from "./mended.ts";
import { readHeader } from "./pixels.ts";
import { isRefused, sniff, type PictureFormat } from "./sniff.ts";

/** So many pixels are decoded in trying to mend a damaged file. */
const MENDING_PIXELS = 16_000_000;

/**
 * Decodes a JPEG, PNG, WebP, GIF, AVIF, TIFF, BMP or ICO: its picture, which of an animation is the first frame, and on
 * demand what else it shows. Never throws on bad input. Untrusted files belong in a process that can be killed: native
 * decoding cannot be interrupted from inside.
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Decoded> {
  const { recipe = "exact", limits = DECODE_LIMITS } = options;
  if (bytes.byteLength === 0) return refused("empty");
  if (bytes.byteLength > limits.maxBytes) return refused("too_many_bytes");
  const format = sniff(bytes);
  if (format === "unknown") return refused("not_a_picture");
  if (isRefused(format)) return { ...refused("format_not_allowed"), format };
  const decoded = await decodeAs(format, bytes, { recipe, limits });
  return decoded.ok ? decoded : { ...decoded, format };
}

async function decodeAs(format: PictureFormat, bytes: Uint8Array, options: Required<DecodeOptions>): Promise<Decoded> {
  if (format === "bmp" || format === "ico") return decodeBitmap(bytes, format, options);
  const decoded = await decodeFile(bytes, format, options);
  if (decoded.ok || decoded.reason !== "broken") return decoded;
  let left = MENDING_PIXELS;
  for (const whole of mended(bytes, format, options.limits.maxBytes)) {
    const { width, height } = (await readHeader(whole)) ?? { width: Infinity, height: Infinity };
    left -= width * height;
    if (left < 0) break;
    const found = await decodeFile(whole, format, options, ["none"]);
    if (found.ok) return { ...found, facts: { ...found.facts, degraded: true } };
    if (found.reason !== "broken") return found;
  }
  return decoded;
}
