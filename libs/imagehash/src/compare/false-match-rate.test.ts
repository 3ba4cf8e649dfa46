import { expect, it } from "vitest";
import { expectedFalseMatches, falseMatchRate, rateAtMost } from "./false-match-rate.ts";
import { BLOCKHASH_RADIUS, PDQ_RADIUS } from "./thresholds.ts";

it.each(["pdq", "blockhash"] as const)(
  "never promises that %s cannot err, and grows with the distance",
  (algorithm) => {
    let before = 0;
    for (let distance = 0; distance <= 64; distance++) {
      const rate = falseMatchRate(algorithm, distance);
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeGreaterThanOrEqual(before);
      before = rate;
    }
  },
);

it("takes the rule of three where no pair was seen", () => {
  expect(falseMatchRate("pdq", PDQ_RADIUS)).toBeCloseTo(3 / 7.9e8, 12);
  expect(falseMatchRate("pdq", 0)).toBe(falseMatchRate("pdq", PDQ_RADIUS));
});

it("takes the bound of what was seen where some were", () => {
  expect(falseMatchRate("blockhash", BLOCKHASH_RADIUS)).toBe(rateAtMost(1, 6.24e7));
  expect(falseMatchRate("blockhash", BLOCKHASH_RADIUS) * 6.24e7).toBeCloseTo(4.74, 1);
});

// 4e8 pairs of crops of photographs and drawings, both floors passed: another collection than that of the table.
it.each([
  [8, 2.0e-8],
  [12, 3.4e-8],
  [16, 7.9e-8],
  [20, 1.2e-7],
  [24, 3.7e-7],
  [31, 2.6e-6],
])("bounds from above what blockhash did within %i bits on photographs", (distance, measured) => {
  expect(falseMatchRate("blockhash", distance)).toBeGreaterThan(measured);
});

it("counts a distance between two measured steps as the farther one", () => {
  expect(falseMatchRate("blockhash", 13)).toBe(falseMatchRate("blockhash", 16));
  expect(falseMatchRate("blockhash", 16)).toBeLessThan(falseMatchRate("blockhash", 17));
});

it("knows nothing beyond what was measured", () => {
  expect(falseMatchRate("pdq", 49)).toBe(1);
  expect(falseMatchRate("blockhash", 32)).toBe(1);
  expect(falseMatchRate("pdq", Number.NaN)).toBe(1);
});

it("expects in ten million entries less than one false match by PDQ in all forms, and by blockhash", () => {
  expect(expectedFalseMatches("pdq", PDQ_RADIUS, 10e6 * 8)).toBeCloseTo(0.3, 1);
  expect(expectedFalseMatches("blockhash", BLOCKHASH_RADIUS, 10e6)).toBeCloseTo(0.8, 1);
  expect(expectedFalseMatches("blockhash", BLOCKHASH_RADIUS, 0)).toBe(0);
});

// Exact Poisson bounds: half the 95 % quantile of chi-squared with 2 (seen + 1) degrees of freedom.
it.each([
  [0, 2.996],
  [1, 4.744],
  [7, 13.148],
  [12, 19.443],
  [42, 54.324],
])("bounds %i events by the exact Poisson bound", (seen, exact) => {
  expect(rateAtMost(seen, 1e6) * 1e6).toBeGreaterThan(exact * 0.99);
  expect(rateAtMost(seen, 1e6) * 1e6).toBeLessThan(exact * 1.01);
});

it("is no rate above 1", () => {
  expect(rateAtMost(5, 5)).toBe(1);
});
