import { expect, test } from "vitest";
import { bucketsAtOnce } from "../src/views/buckets-at-once.ts";

const laid = (...layers: [part: string, rows: number][]) => ({
  layers: layers.map(([part]) => part),
  rows: layers.map(([, rows]) => rows),
});

test("of two whole lists a page reads a bounded number of rows, and one bucket at least", () => {
  expect(bucketsAtOnce(laid(["a", 100]), laid(["b", 100]))).toBe(256);
  expect(bucketsAtOnce(laid(["a", 1_000_000]), laid(["b", 1_000_000]))).toBe(6);
  expect(bucketsAtOnce(laid(["a", 10_000_000]), laid(["b", 10_000_000]))).toBe(1);
});

test("of two deltas of one list what both lie on is not read, and of what each has alone no more than of lists", () => {
  const base: [string, number] = ["base", 10_000_000];
  expect(bucketsAtOnce(laid(base), laid(base, ["a", 30]))).toBe(256);
  expect(bucketsAtOnce(laid(base, ["a", 4_000_000]), laid(base, ["b", 4_000_000], ["c", 1_000_000]))).toBe(1);
  expect(bucketsAtOnce(laid(base, ["a", 50_000]), laid(base, ["b", 50_000]))).toBe(128);
});
