// What comparing hashes needs. A door of its own, because the other one loads native decoders.
export { comparisonThreshold, RECIPE_DRIFT, RECIPE_EXACT, RECIPE_FAST, recipeId } from "../hashes/recipe.ts";
export type { ComparisonThreshold, Recipe, RecipeName } from "../hashes/recipe.ts";
export {
  BLOCKHASH_MIN_TRANSITIONS,
  BLOCKHASH_RADIUS,
  DEFAULT_THRESHOLDS,
  blockhashIsComparable,
  PDQ_MIN_QUALITY,
  PDQ_RADIUS,
  pdqIsComparable,
} from "./thresholds.ts";
export { countTransitions } from "../hashes/transitions.ts";
export { differingBits } from "./differing-bits.ts";
export { expectedFalseMatches, falseMatchRate, rateAtMost } from "./false-match-rate.ts";
export { isSameMaterial, type ComparedPicture, type Material } from "./same-material.ts";
export type { PerceptualAlgorithm } from "./false-match-rate.ts";
