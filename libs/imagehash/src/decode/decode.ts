import { avifSequence } from "./avif-sequence.ts";
import { DECODE_LIMITS } from "./limits.ts";
import type { DecodeLimits } from "./limits.ts";
import { LEAST_SIDE, readHeader, readPixels } from "./pixels.ts";
import { pngColours } from "./png-colours.ts";
import { RECIPE_EXACT, RECIPE_FAST } from "../hashes/recipe.ts";
import type { Recipe, RecipeName } from "../hashes/recipe.ts";
import { animationOf, shownBy, type ShownByFile } from "./shown.ts";
import { sniff } from "./sniff.ts";
import type { PictureFormat } from "./sniff.ts";

/** What a picture's file turned out to be. */
export type PictureFacts = {
  /** How its pixels were taken. */
  readonly recipe: Recipe;
  readonly format: PictureFormat;
  /** Size of the upright picture in pixels, as the file has it; `fast` hashes a smaller one. */
  readonly width: number;
  readonly height: number;
  /** Frames of an animation; 0 of a still picture. */
  readonly frameCount: number;
  /** The file was damaged, and what could be read of it was taken; or its frames are more than the limits allow. */
  readonly degraded: boolean;
};

/**
 * Why a file gave no picture. `too_large` and `too_small` are about pixels, `too_many_bytes` about the file;
 * `format_not_allowed` is a picture of a refused format; `broken` begins like a picture and cannot be decoded.
 */
export type DecodeRefusal =
  | "empty"
  | "too_many_bytes"
  | "not_a_picture"
  | "format_not_allowed"
  | "too_large"
  | "too_small"
  | "broken";

/** The outcome of decoding: what is to be hashed, or the named reason why there is nothing. */
export type Decoded = ({ readonly ok: true; readonly facts: PictureFacts } & ShownByFile) | Refused;

type Refused = { readonly ok: false; readonly reason: DecodeRefusal };

/** By default the recipe `exact` and `DECODE_LIMITS`. */
export type DecodeOptions = { readonly recipe?: RecipeName; readonly limits?: DecodeLimits };

/**
 * Decodes a JPEG, PNG, WebP, GIF or AVIF: its picture, which of an animation is the first frame, and on demand what else
 * it shows. Never throws on bad input. Untrusted files belong in a process that can be killed: native decoding cannot be
 * interrupted from inside.
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Decoded> {
  const { recipe = "exact", limits = DECODE_LIMITS } = options;
  if (bytes.byteLength === 0) return refused("empty");
  if (bytes.byteLength > limits.maxBytes) return refused("too_many_bytes");
  const format = sniff(bytes);
  if (format === "unknown") return refused("not_a_picture");
  if (format === "other_picture") return refused("format_not_allowed");
  const sequence = format === "avif" ? avifSequence(bytes) : undefined;
  const first = sequence?.still(0) ?? bytes;
  const header = await readHeader(first);
  if (header === undefined) return refused("broken");
  if (header.format !== (format === "avif" ? "heif" : format)) return refused("format_not_allowed");
  const limitInputPixels =
    format === "jpeg" && header.progressive ? limits.maxProgressiveJpegPixels : limits.maxPixels[format];
  if (header.width * header.height > limitInputPixels) return refused("too_large");
  if (Math.min(header.width, header.height) < Math.max(LEAST_SIDE, limits.minSide)) return refused("too_small");
  const colours = format === "png" ? pngColours(bytes) : undefined;
  const reading = { shrink: recipe === "fast", limitInputPixels, colours };
  const read = await readPixels(first, header, reading);
  if (read === undefined) return refused("broken");
  const animation = animationOf(bytes, { format, header, reading, sequence });
  const maxAnimationPixels = format === "jpeg" ? 0 : limits.maxAnimationPixels[format];
  const { width, height } = header;
  const frameCount = animation?.delaysMs.length ?? 0;
  const facts = { recipe: RECIPES[recipe], format, width, height, frameCount, degraded: read.degraded };
  return { ok: true, facts, ...(await shownBy(read.picture, animation, { ...reading, maxAnimationPixels })) };
}

const RECIPES: Readonly<Record<RecipeName, Recipe>> = { exact: RECIPE_EXACT, fast: RECIPE_FAST };

function refused(reason: DecodeRefusal): Refused {
  return { ok: false, reason };
}
