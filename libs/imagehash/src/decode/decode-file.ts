import { avifSequence } from "../frames/avif-sequence.ts";
import { RECIPES, refused, type Decoded, type DecodeOptions } from "./decoded.ts";
import { LEAST_SIDE, type DecodeLimits } from "./limits.ts";
import { isLossyWebp } from "./mended.ts";
import { readHeader, readPixels, type Header, type Reading } from "./pixels.ts";
import { pngColours } from "./png-colours.ts";
import { animationOf, shownBy } from "./shown.ts";
import type { PictureFormat } from "./sniff.ts";

/** A format that the native decoder knows. */
export type NativeFormat = Exclude<PictureFormat, "bmp" | "ico">;

/** Decodes a file whose first bytes say this format. */
export async function decodeFile(
  bytes: Uint8Array,
  format: NativeFormat,
  { recipe: wanted, limits }: Required<DecodeOptions>,
  failOn: Reading["failOn"] = ["error", "none"],
): Promise<Decoded> {
  const sequence = format === "avif" ? avifSequence(bytes) : undefined;
  const first = sequence?.still(0) ?? bytes;
  const header = await readHeader(first);
  if (header === undefined) return refused("broken");
  if (header.format !== (format === "avif" ? "heif" : format)) return refused("format_not_allowed");
  const area = header.width * header.height;
  const [most, mostShrunk] = mostPixels(bytes, format, header, limits);
  if (area > Math.max(most, mostShrunk)) return refused("too_large");
  if (Math.min(header.width, header.height) < Math.max(LEAST_SIDE, limits.minSide)) return refused("too_small");
  const recipe = area > most ? "fast" : wanted;
  const colours = format === "png" ? pngColours(bytes) : undefined;
  const reading = { shrink: recipe === "fast", limitInputPixels: Math.max(most, area), colours, failOn };
  const read = await readPixels(first, header, reading);
  if (read === undefined) return refused("broken");
  const animation = animationOf(bytes, { format, header, reading, sequence });
  const maxAnimationPixels = format === "jpeg" || format === "tiff" ? 0 : limits.maxAnimationPixels[format];
  const { width, height } = header;
  const frameCount = animation?.delaysMs.length ?? 0;
  const facts = { recipe: RECIPES[recipe], format, width, height, frameCount, degraded: read.degraded };
  return { ok: true, facts, ...(await shownBy(read.picture, animation, { ...reading, maxAnimationPixels })) };
}

/** Most pixels as they are, and most if its decoder shrinks them on the way; 0 where it cannot. */
function mostPixels(bytes: Uint8Array, format: NativeFormat, header: Header, limits: DecodeLimits): [number, number] {
  const { maxPixels, maxProgressiveJpegPixels, maxShrunkPixels } = limits;
  const most = header.progressive && format === "jpeg" ? maxProgressiveJpegPixels : maxPixels[format];
  const isStill = header.delaysMs.length === 0;
  if (header.alpha || header.bareInks || !isStill) return [most, 0];
  if (format === "jpeg") return [most, header.progressive ? maxShrunkPixels.progressiveJpeg : maxShrunkPixels.jpeg];
  return [most, format === "webp" && isLossyWebp(bytes) ? maxShrunkPixels.webp : 0];
}
