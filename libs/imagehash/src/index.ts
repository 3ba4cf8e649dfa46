export { blockhash256 } from "./hashes/blockhash.ts";
export type { Blockhash } from "./hashes/blockhash.ts";
export { cryptographicHashes } from "./hashes/cryptographic.ts";
export type { CryptographicHashes } from "./hashes/cryptographic.ts";
export { decodePicture } from "./decode/decode.ts";
export type { Decoded, DecodeOptions, DecodeRefusal, PictureFacts } from "./decode/decoded.ts";
export { derivedFingerprints } from "./hashes/derived.ts";
export type { DerivedFingerprint } from "./hashes/derived.ts";
export { FORMS } from "./hashes/dihedral.ts";
export type { Form } from "./hashes/dihedral.ts";
export { hashPicture, perceptualHashes } from "./hashes/hash-picture.ts";
export type { HashedPicture, HashOptions, PerceptualHashes, PictureHashes, Rendition } from "./hashes/hash-picture.ts";
export { innerNominatesOnly, innerPicture } from "./hashes/inner.ts";
export type { Inner } from "./hashes/inner.ts";
export { DECODE_LIMITS } from "./decode/limits.ts";
export type { DecodeLimits } from "./decode/limits.ts";
export { pdq } from "./hashes/pdq.ts";
export type { Pdq } from "./hashes/pdq.ts";
export { part } from "./decode/part.ts";
export type { Frame } from "./decode/part.ts";
export type { Picture } from "./decode/pixels.ts";
export { comparisonThreshold, RECIPE_DRIFT, RECIPE_EXACT, RECIPE_FAST, recipeId } from "./hashes/recipe.ts";
export type { ComparisonThreshold, Recipe, RecipeName } from "./hashes/recipe.ts";
export type { PictureFormat, RefusedFormat } from "./decode/sniff.ts";
export {
  BLOCKHASH_MIN_TRANSITIONS,
  BLOCKHASH_RADIUS,
  blockhashIsComparable,
  PDQ_MIN_QUALITY,
  PDQ_RADIUS,
  pdqIsComparable,
} from "./compare/thresholds.ts";
export { countTransitions } from "./hashes/transitions.ts";
export { kernelsDifferingOver, kernelsDifferingOverVectors } from "./hashes/watch.ts";
export type { KernelHashes } from "./hashes/watch.ts";
export type { PerceptualAlgorithm } from "./compare/false-match-rate.ts";
