import fc from "fast-check";
import { expect, it } from "vitest";
import {
  comparisonThreshold,
  PDQ_RADIUS,
  RECIPE_DRIFT,
  RECIPE_EXACT,
  RECIPE_FAST,
  recipeId,
} from "../compare/compare.ts";

const [exact, fast] = [recipeId(RECIPE_EXACT), recipeId(RECIPE_FAST)];

it("names each recipe with its version", () => {
  expect([exact, fast]).toEqual(["exact-1", "fast-1"]);
});

it.each([exact, fast, "foreign-3"])("leaves the threshold alone between hashes of the recipe %s", (recipe) => {
  expect(comparisonThreshold("pdq", PDQ_RADIUS, recipe, recipe)).toEqual({ threshold: 31, crossRecipe: false });
  expect(comparisonThreshold("blockhash", 12, recipe, recipe)).toEqual({ threshold: 12, crossRecipe: false });
});

it.each([
  [exact, fast],
  [fast, exact],
  [exact, ""],
  ["", ""],
])("takes the drift off between %j and %j, and says so", (recipe, other) => {
  for (const algorithm of ["pdq", "blockhash"] as const) {
    const threshold = 40 - RECIPE_DRIFT[algorithm];
    expect(comparisonThreshold(algorithm, 40, recipe, other)).toEqual({ threshold, crossRecipe: true });
  }
});

it("lets nothing match where the threshold is smaller than the drift", () => {
  fc.assert(
    fc.property(fc.nat({ max: RECIPE_DRIFT.pdq - 1 }), (given) => {
      expect(comparisonThreshold("pdq", given, exact, fast).threshold).toBeLessThan(0);
    }),
  );
});
