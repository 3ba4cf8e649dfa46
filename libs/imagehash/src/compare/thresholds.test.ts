import { expect, it } from "vitest";
import { falseMatchRate } from "./false-match-rate.ts";
import {
  BLOCKHASH_MIN_TRANSITIONS,
  BLOCKHASH_RADIUS,
  blockhashIsComparable,
  PDQ_MIN_QUALITY,
  PDQ_RADIUS,
  pdqIsComparable,
} from "./thresholds.ts";

it("compares from the floor on and not below it", () => {
  expect(pdqIsComparable({ quality: PDQ_MIN_QUALITY })).toBe(true);
  expect(pdqIsComparable({ quality: PDQ_MIN_QUALITY - 1 })).toBe(false);
  expect(blockhashIsComparable({ transitions: BLOCKHASH_MIN_TRANSITIONS })).toBe(true);
  expect(blockhashIsComparable({ transitions: BLOCKHASH_MIN_TRANSITIONS - 1 })).toBe(false);
});

it("reaches as far as no unrelated pair was seen by PDQ and one by blockhash, and no farther", () => {
  const least = { pdq: falseMatchRate("pdq", 0), blockhash: falseMatchRate("blockhash", 0) };
  expect(falseMatchRate("pdq", PDQ_RADIUS)).toBe(least.pdq);
  expect(falseMatchRate("pdq", PDQ_RADIUS + 1)).toBeGreaterThan(least.pdq);
  expect(falseMatchRate("blockhash", BLOCKHASH_RADIUS)).toBe(least.blockhash);
  expect(falseMatchRate("blockhash", BLOCKHASH_RADIUS + 1)).toBeGreaterThan(least.blockhash);
});
