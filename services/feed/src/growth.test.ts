import fc from "fast-check";
import { expect, test } from "vitest";
import { fewMarks, grownMarks, mostMarks } from "./growth.ts";

const [soon, late] = [() => 0, () => 0.999_999];

test("there is one for each hundred files, and in long lists one for each hundredth by which they grow", () => {
  const counts = [99, 100, 1000, 10_000, 10_100, 1e6, 1e7];
  expect(counts.map((count) => grownMarks(count, soon))).toEqual([0, 1, 10, 100, 101, 562, 794]);
  expect(counts.map((count) => grownMarks(count, late))).toEqual([0, 0, 9, 99, 100, 561, 793]);
});

test("a small list has one from ten to fifty files on, and another one before it has a hundred", () => {
  expect([9, 10, 49, 50, 100].map((count) => fewMarks(count, soon))).toEqual([0, 1, 1, 2, 2]);
  expect([10, 49, 50, 99, 100].map((count) => fewMarks(count, late))).toEqual([0, 0, 1, 1, 2]);
});

const chances = fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 1, maxLength: 50 });

test("whatever the key says, growing takes none away, one in a hundred is ours at most, and none is beyond the most", () => {
  fc.assert(
    fc.property(chances, fc.array(fc.integer({ min: 0, max: 30_000_000 }), { maxLength: 30 }), (all, counts) => {
      const chanceOf = (nth: number) => all[nth % all.length] ?? 0;
      let before = 0;
      for (const count of counts.toSorted((a, b) => a - b)) {
        const marks = grownMarks(count, chanceOf);
        expect(marks).toBeGreaterThanOrEqual(before);
        expect(marks * 100).toBeLessThanOrEqual(count);
        expect(marks).toBeLessThanOrEqual(mostMarks(count));
        before = marks;
      }
    }),
  );
});

test("what a list grows by has one of its own at latest with its second hundred, or its second hundredth", () => {
  fc.assert(
    fc.property(chances, fc.integer({ min: 0, max: 20_000_000 }), (all, count) => {
      const chanceOf = (nth: number) => all[nth % all.length] ?? 0;
      const grown = Math.ceil(Math.max(count + 200, count * 1.01 ** 2 + 1));
      expect(grownMarks(grown, chanceOf)).toBeGreaterThan(grownMarks(count, chanceOf));
    }),
  );
});
