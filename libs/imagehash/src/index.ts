export { blockhash256 } from "./blockhash.ts";
export type { Blockhash } from "./blockhash.ts";
export { cryptographicHashes } from "./cryptographic.ts";
export type { CryptographicHashes } from "./cryptographic.ts";
export { decodePicture } from "./decode.ts";
export type { Decoded, DecodeOptions, DecodeRefusal, PictureFacts } from "./decode.ts";
export { FORMS } from "./dihedral.ts";
export type { Form } from "./dihedral.ts";
export { hashPicture, perceptualHashes } from "./hash-picture.ts";
export type { HashedPicture, PerceptualHashes } from "./hash-picture.ts";
export { DECODE_LIMITS } from "./limits.ts";
export type { DecodeLimits } from "./limits.ts";
export { pdq } from "./pdq.ts";
export type { Pdq } from "./pdq.ts";
export type { Picture } from "./pixels.ts";
export { comparisonThreshold, RECIPE_DRIFT, RECIPE_EXACT, RECIPE_FAST, recipeId } from "./recipe.ts";
export type { ComparisonThreshold, Recipe, RecipeName } from "./recipe.ts";
export type { PictureFormat } from "./sniff.ts";
export {
  BLOCKHASH_MIN_TRANSITIONS,
  BLOCKHASH_RADIUS,
  blockhashIsComparable,
  PDQ_MIN_QUALITY,
  PDQ_RADIUS,
  pdqIsComparable,
} from "./thresholds.ts";
export { countTransitions } from "./transitions.ts";
