import { blockhash256 } from "./blockhash.ts";
import type { Blockhash } from "./blockhash.ts";
import { cryptographicHashes } from "./cryptographic.ts";
import type { CryptographicHashes } from "./cryptographic.ts";
import { decodePicture } from "./decode.ts";
import type { DecodeRefusal, Picture } from "./decode.ts";
import type { DecodeLimits } from "./limits.ts";
import { pdq } from "./pdq.ts";
import type { Pdq } from "./pdq.ts";
import { RECIPE_EXACT } from "./recipe.ts";
import type { Recipe } from "./recipe.ts";

/**
 * All hashes of a file. One that gave no picture still has its cryptographic hashes, by which it may be listed,
 * beside the reason why there are no others.
 */
export type HashedPicture =
  | ({
      readonly ok: true;
      readonly recipe: Recipe;
      readonly cryptographic: CryptographicHashes;
      readonly blockhash: Blockhash;
      readonly pdq: Pdq;
    } & Omit<Picture, "pixels">)
  | { readonly ok: false; readonly reason: DecodeRefusal; readonly cryptographic: CryptographicHashes };

/** Hashes a file by the recipe `exact`. Never throws on bad input. See the README for time and memory. */
export async function hashPicture(bytes: Uint8Array, limits?: DecodeLimits): Promise<HashedPicture> {
  const cryptographic = cryptographicHashes(bytes);
  const decoded = await decodePicture(bytes, limits);
  if (!decoded.ok) return { ...decoded, cryptographic };
  const { pixels: _, ...facts } = decoded.picture;
  return {
    ok: true,
    recipe: RECIPE_EXACT,
    ...facts,
    cryptographic,
    blockhash: blockhash256(decoded.picture),
    pdq: pdq(decoded.picture),
  };
}
