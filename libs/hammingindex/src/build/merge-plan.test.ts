import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_SEGMENT_ROWS } from "../segments/layout.ts";
import { mergePlan as plan, type Sizes } from "./merge-plan.ts";

const FULL = 16_384;

function mergePlan({ segments, tails }: { segments: number[]; tails: number }) {
  return plan({ segments: segments.map((rows): Sizes["segments"][number] => ({ rows, removed: 0 })), tails });
}

it("merges nothing when no tail is full and sizes are far apart", () => {
  expect(mergePlan({ segments: [100, 301], tails: 0 })).toBeUndefined();
});

it("makes a segment of the first full tails, beside a large one that stays", () => {
  expect(mergePlan({ segments: [], tails: FULL })).toEqual([]);
  expect(mergePlan({ segments: [10_000_000], tails: FULL })).toEqual([]);
});

it("takes in what is at most three times as large as what joins before it", () => {
  expect(mergePlan({ segments: [10_000_000, FULL * 3, FULL], tails: FULL })).toEqual([2, 1]);
  expect(mergePlan({ segments: [FULL * 9], tails: FULL })).toEqual([]);
});

it("makes no segment larger than one can be", () => {
  expect(mergePlan({ segments: [MAX_SEGMENT_ROWS - FULL + 1], tails: FULL })).toEqual([]);
  expect(mergePlan({ segments: [MAX_SEGMENT_ROWS / 2, MAX_SEGMENT_ROWS / 2], tails: MAX_SEGMENT_ROWS / 4 })).toEqual([
    0,
  ]);
});

it("keeps few segments, and copies each row a few times only, however many come", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (tails) => {
      let segments: number[] = [];
      let copied = 0;
      for (let i = 0; i < tails; i++) {
        const joined = mergePlan({ segments, tails: FULL }) ?? [];
        const merged = joined.reduce((sum, at) => sum + (segments[at] as number), FULL);
        segments = [...segments.filter((_, at) => !joined.includes(at)), merged];
        copied += merged;
      }
      const rows = tails * FULL;
      expect(segments.reduce((sum, size) => sum + size, 0)).toBe(rows);
      expect(segments.length).toBeLessThanOrEqual(2 + Math.log2(tails));
      expect(copied / rows).toBeLessThanOrEqual(3 + 2 * Math.log2(tails + 1));
    }),
  );
});

it("writes a segment anew when more than half of it was removed, tail or not", () => {
  const segments = [
    { rows: 1_000_000, removed: 500_001 },
    { rows: 1000, removed: 500 },
  ];
  expect(plan({ segments, tails: 0 })).toEqual([0]);
  expect(plan({ segments, tails: FULL })).toEqual([1, 0]);
});

it("merges those that lie beside others of their size, tail or not, and leaves the rest", () => {
  const MILLION = 1_000_000;
  expect(mergePlan({ segments: [10 * MILLION, 100_000], tails: 0 })).toBeUndefined();
  expect(mergePlan({ segments: [10 * MILLION, 100_000, 20, 100_000], tails: 0 })).toEqual([1, 3]);
  expect(mergePlan({ segments: [10 * MILLION, 5 * MILLION, 100_000], tails: 0 })).toEqual([1, 0]);
  expect(mergePlan({ segments: [MAX_SEGMENT_ROWS, MAX_SEGMENT_ROWS - 1], tails: 0 })).toBeUndefined();
});

it("keeps few segments however many are taken over as they were built", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 200 }), (built) => {
      let segments: number[] = [10_000_000];
      let copied = 0;
      for (const rows of built) {
        segments.push(rows);
        for (let joined = mergePlan({ segments, tails: 0 }); joined; joined = mergePlan({ segments, tails: 0 })) {
          const merged = joined.reduce((sum, at) => sum + (segments[at] ?? 0), 0);
          segments = [...segments.filter((_, at) => !joined?.includes(at)), merged];
          copied += merged;
        }
      }
      const rows = segments.reduce((sum, size) => sum + size, 0);
      expect(segments.length).toBeLessThanOrEqual(2 + Math.log(rows) / Math.log(3));
      expect(copied / rows).toBeLessThanOrEqual(3 + 2 * Math.log2(built.length + 1));
    }),
  );
});
