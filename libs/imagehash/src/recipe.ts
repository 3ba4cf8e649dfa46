/**
 * How a hash was made: a change of any step (decoding, orientation, alpha, size) is a new name or version.
 * Hashes of different recipes are not comparable without measuring the drift, so it is stored with each hash.
 */
export type Recipe = { readonly name: string; readonly version: number };

/**
 * The interoperable recipe: all pixels decoded, EXIF orientation applied, sRGB with 8 bits a channel,
 * fully transparent pixels counted as white and every other alpha as opaque, no resizing before hashing.
 */
export const RECIPE_EXACT: Recipe = Object.freeze({ name: "exact", version: 1 });
