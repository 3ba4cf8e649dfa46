export { blockhash256 } from "./blockhash.ts";
export type { Blockhash } from "./blockhash.ts";
export { cryptographicHashes } from "./cryptographic.ts";
export type { CryptographicHashes } from "./cryptographic.ts";
export { decodePicture } from "./decode.ts";
export type { Decoded, DecodeRefusal, Picture } from "./decode.ts";
export { FORMS } from "./dihedral.ts";
export type { Form } from "./dihedral.ts";
export { hashPicture } from "./hash-picture.ts";
export type { HashedPicture } from "./hash-picture.ts";
export { DECODE_LIMITS } from "./limits.ts";
export type { DecodeLimits } from "./limits.ts";
export { pdq } from "./pdq.ts";
export type { Pdq } from "./pdq.ts";
export { RECIPE_EXACT } from "./recipe.ts";
export type { Recipe } from "./recipe.ts";
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
