// What comparing hashes needs. A door of its own, because the other one loads native decoders.
export { RECIPE_EXACT } from "./recipe.ts";
export type { Recipe } from "./recipe.ts";
export {
  BLOCKHASH_MIN_TRANSITIONS,
  BLOCKHASH_RADIUS,
  blockhashIsComparable,
  PDQ_MIN_QUALITY,
  PDQ_RADIUS,
  pdqIsComparable,
} from "./thresholds.ts";
export { countTransitions } from "./transitions.ts";
export { expectedFalseMatches, falseMatchRate, rateAtMost } from "./false-match-rate.ts";
export type { PerceptualAlgorithm } from "./false-match-rate.ts";
