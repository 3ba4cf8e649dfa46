import type { PerceptualAlgorithm } from "../compare/false-match-rate.ts";

/** The two ways to make perceptual hashes: `exact` for lists and evidence, `fast` for bulk. */
export type RecipeName = "exact" | "fast";

/**
 * How a hash was made: a change of any step (decoding, orientation, alpha, size) is a new name or version. It is stored
 * with each hash, since hashes of different recipes lie apart even for the same file (`RECIPE_DRIFT`).
 */
export type Recipe = { readonly name: RecipeName; readonly version: number };

/**
 * The interoperable recipe: all pixels decoded, EXIF orientation applied, sRGB with 8 bits a channel,
 * fully transparent pixels counted as white and every other alpha as opaque, no resizing before hashing.
 */
export const RECIPE_EXACT: Recipe = Object.freeze({ name: "exact", version: 1 });

/**
 * The same rules over fewer pixels: a picture whose longer side exceeds 512 pixels is shrunk to 512 while it is decoded
 * (by a linear kernel, on top of what the JPEG and WebP decoders can skip), and never enlarged. One that is wider than
 * 65,535 pixels, which no format but PNG can hold, is left as it is.
 */
export const RECIPE_FAST: Recipe = Object.freeze({ name: "fast", version: 1 });

/** The recipe's name in stored hashes and messages, for example `exact-1`. */
export function recipeId({ name, version }: Recipe): string {
  return `${name}-${version}`;
}

/**
 * Bits of 256 by which the hashes of one file under `exact` and under `fast` lie apart: at most this much for 99 of 100
 * pictures of enough detail (PDQ quality 50, 60 transitions). Measured by `measure-drift.ts`; the README has its table.
 */
export const RECIPE_DRIFT: Readonly<Record<PerceptualAlgorithm, number>> = Object.freeze({ pdq: 18, blockhash: 4 });

/** How near two hashes must lie, in bits, and whether that was lowered because their recipes differ. */
export type ComparisonThreshold = { readonly threshold: number; readonly crossRecipe: boolean };

/**
 * The threshold for comparing two hashes whose recipes are given by their ids. Under one recipe it is the one given.
 * Across recipes the drift is taken off it: what is still within is, by the triangle inequality, within the given
 * threshold under one recipe too. A threshold smaller than the drift becomes negative: nothing is near enough.
 * A recipe that is not known ("") counts as another one, also beside itself.
 */
export function comparisonThreshold(
  algorithm: PerceptualAlgorithm,
  threshold: number,
  recipe: string,
  otherRecipe: string,
): ComparisonThreshold {
  if (recipe === otherRecipe && recipe !== "") return { threshold, crossRecipe: false };
  return { threshold: threshold - RECIPE_DRIFT[algorithm], crossRecipe: true };
}
