import { RECIPE_EXACT, RECIPE_FAST } from "../hashes/recipe.ts";
import type { Recipe, RecipeName } from "../hashes/recipe.ts";
import type { DecodeLimits } from "./limits.ts";
import type { ShownByFile } from "./shown.ts";
import type { PictureFormat, RefusedFormat } from "./sniff.ts";

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
export type DecodeRefusal = (typeof DECODE_REFUSALS)[number];

/** All of them. */
export const DECODE_REFUSALS = [
  "empty",
  "too_many_bytes",
  "not_a_picture",
  "format_not_allowed",
  "too_large",
  "too_small",
  "broken",
] as const;

/** The outcome of decoding: what is to be hashed, or the named reason why there is nothing. */
export type Decoded = ({ readonly ok: true; readonly facts: PictureFacts } & ShownByFile) | Refused;

export type Refused = {
  readonly ok: false;
  readonly reason: DecodeRefusal;
  /** What it is, as far as its first bytes tell. */
  readonly format?: PictureFormat | RefusedFormat;
};

/** By default the recipe `exact` and `DECODE_LIMITS`. */
export type DecodeOptions = { readonly recipe?: RecipeName; readonly limits?: DecodeLimits };

export const RECIPES: Readonly<Record<RecipeName, Recipe>> = { exact: RECIPE_EXACT, fast: RECIPE_FAST };

export function refused(reason: DecodeRefusal): Refused {
  return { ok: false, reason };
}
