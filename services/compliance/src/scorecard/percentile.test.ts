import { array, assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { percentile as ofParts } from "./percentile.ts";

/** The values in parts of four, each sorted: the answer may not depend on where a part ends. */
function percentile(values: readonly number[], share: number): number | undefined {
  const parts = Array.from({ length: Math.ceil(values.length / 4) }, (_, i) => values.slice(4 * i, 4 * i + 4));
  return ofParts(
    parts.map((part) => Float64Array.from(part).sort()),
    share,
  );
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe("nearest rank", () => {
  test.each([
    [[7], 0.5, 7],
    [[2, 1], 0.5, 1],
    [[3, 1, 2], 0.5, 2],
    [upTo(10), 0.9, 9],
    [upTo(11), 0.9, 10],
    [upTo(100), 0.9, 90],
    [upTo(1000), 0.9, 900],
  ])("of %j at %d is %d", (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  test("of nothing is not reached", () => {
    expect(percentile([], 0.5)).toBeUndefined();
  });

  test("is not reached where one that never happened stands", () => {
    expect(percentile([1, Infinity], 0.5)).toBe(1);
    expect(percentile([1, Infinity], 0.9)).toBeUndefined();
    expect(percentile([1, Infinity, Infinity], 0.5)).toBeUndefined();
  });
});

const values = array(integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 50 });
const share = constantFrom(0.5, 0.75, 0.9, 0.95);

test("is one of the values, and the smallest that the share does not exceed", () => {
  assert(
    property(values, share, (given, q) => {
      const found = percentile(given, q) ?? -1;
      const atMost = (limit: number) => given.filter((v) => v <= limit).length;
      expect(given).toContain(found);
      expect(atMost(found)).toBeGreaterThanOrEqual(q * given.length - 1e-6);
      expect(atMost(found - 1)).toBeLessThan(q * given.length);
    }),
  );
});

test("one more that never happened never makes it smaller", () => {
  assert(
    property(values, share, (given, q) => {
      const before = percentile(given, q) ?? Infinity;
      expect(percentile([...given, Infinity], q) ?? Infinity).toBeGreaterThanOrEqual(before);
    }),
  );
});
