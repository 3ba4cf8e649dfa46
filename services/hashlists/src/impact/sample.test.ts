import { hash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Sample } from "./sample.ts";

const idOf = (n: number) => hash("sha1", String(n), "buffer").subarray(0, 16);
function drawn(numbers: Iterable<number>, { seed = 7, count = 20, total = Infinity } = {}): number[] {
  const sample = new Sample<number>(seed, { count, weight: () => 10, total });
  for (const n of numbers) if (sample.draws(idOf(n), 0)) sample.add(idOf(n), 0, n);
  return sample.end();
}
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test("few are all drawn, of many as many as are wanted, the same ones in whatever order they come", () => {
  expect(drawn(numbers(20)).toSorted((a, b) => a - b)).toEqual(numbers(20));
  const some = drawn(numbers(5000));
  expect(some).toHaveLength(20);
  expect(drawn(numbers(5000).toReversed())).toEqual(some);
  fc.assert(
    fc.property(fc.shuffledSubarray(numbers(400), { minLength: 400 }), (order) => {
      expect(drawn(order)).toEqual(drawn(numbers(400)));
    }),
    { numRuns: 20 },
  );
});

test("another seed draws others, and they are spread over all", () => {
  expect(drawn(numbers(5000), { seed: 8 })).not.toEqual(drawn(numbers(5000)));
  const some = drawn(numbers(20_000), { count: 1000 });
  expect(some.length).toBeGreaterThan(400);
  const half = some.filter((n) => n < 10_000).length / some.length;
  expect(half).toBeGreaterThan(0.4);
  expect(half).toBeLessThan(0.6);
});

test("together they weigh no more than they may, however few that leaves", () => {
  const light = drawn(numbers(5000), { count: 1000, total: 255 });
  expect(light.length).toBeLessThanOrEqual(25);
  expect(light.length).toBeGreaterThan(5);
  expect(drawn(numbers(3), { total: 5 })).toEqual([]);
});
