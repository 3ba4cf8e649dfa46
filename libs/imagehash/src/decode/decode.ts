import { DECODE_LIMITS } from "./limits.ts";
import type { DecodeLimits } from "./limits.ts";
import { LEAST_SIDE, readHeader, readPixels } from "./pixels.ts";
import type { Picture } from "./pixels.ts";
import { RECIPE_EXACT, RECIPE_FAST } from "../hashes/recipe.ts";
import type { Recipe, RecipeName } from "../hashes/recipe.ts";
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
  /** The file was damaged, and what could be read of it was taken. */
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

/** The outcome of decoding: pixels to be hashed, or the named reason why there are none. */
export type Decoded = { readonly ok: true; readonly picture: Picture; readonly facts: PictureFacts } | Refused;

type Refused = { readonly ok: false; readonly reason: DecodeRefusal };

/** By default the recipe `exact` and `DECODE_LIMITS`. */
export type DecodeOptions = { readonly recipe?: RecipeName; readonly limits?: DecodeLimits };

/**
 * Decodes the first frame of a JPEG, PNG, WebP, GIF or AVIF. Never throws on bad input.
 * Untrusted files belong in a process that can be killed: native decoding cannot be interrupted from inside.
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Decoded> {
  const { recipe = "exact", limits = DECODE_LIMITS } = options;
  if (bytes.byteLength === 0) return refused("empty");
  if (bytes.byteLength > limits.maxBytes) return refused("too_many_bytes");
  const format = sniff(bytes);
  if (format === "unknown") return refused("not_a_picture");
  if (format === "other_picture") return refused("format_not_allowed");
  const header = await readHeader(bytes);
  if (header === undefined) return refused("broken");
  if (header.format !== (format === "avif" ? "heif" : format)) return refused("format_not_allowed");
  const maxPixels =
    format === "jpeg" && header.progressive ? limits.maxProgressiveJpegPixels : limits.maxPixels[format];
  if (header.width * header.height > maxPixels) return refused("too_large");
  if (Math.min(header.width, header.height) < Math.max(LEAST_SIDE, limits.minSide)) return refused("too_small");
  const read = await readPixels(bytes, header, recipe, maxPixels);
  if (read === undefined) return refused("broken");
  const { width, height } = header;
  const facts = { recipe: RECIPES[recipe], format, width, height, degraded: read.degraded };
  return { ok: true, picture: read.picture, facts };
}

const RECIPES: Readonly<Record<RecipeName, Recipe>> = { exact: RECIPE_EXACT, fast: RECIPE_FAST };

function refused(reason: DecodeRefusal): Refused {
  return { ok: false, reason };
}
