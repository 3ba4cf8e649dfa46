import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseFrames, chooseWithin, MOST_FRAMES, shownTimes } from "./choose-frames.ts";

const times = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 200 });

test("no more than 16 are chosen, each once, in their order, and all where there are no more", () => {
  fc.assert(
    fc.property(times, (shown) => {
      const chosen = chooseFrames(shown);
      expect(chosen).toHaveLength(Math.min(shown.length, MOST_FRAMES));
      expect(chosen).toEqual([...new Set(chosen)].toSorted((a, b) => a - b));
      for (const frame of chosen) expect(shown[frame]).toBeDefined();
    }),
  );
});

test("the first, the last and one that is shown longest are among them", () => {
  fc.assert(
    fc.property(times, (shown) => {
      const chosen = chooseFrames(shown);
      expect(chosen).toEqual(expect.arrayContaining([0, shown.length - 1]));
      expect(Math.max(...chosen.map((frame) => shown[frame] ?? 0))).toBe(Math.max(...shown));
    }),
  );
});

test("a run of frames that is shown for a thirteenth of the time is never passed over", () => {
  fc.assert(
    fc.property(times, fc.nat(), fc.nat(), (shown, one, other) => {
      const [from, to] = [one % shown.length, other % shown.length].toSorted((a, b) => a - b) as [number, number];
      const sum = (some: readonly number[]) => some.reduce((a, b) => a + b, 0);
      fc.pre(sum(shown.slice(from, to + 1)) * 13 > sum(shown));
      expect(chooseFrames(shown).some((frame) => frame >= from && frame <= to)).toBe(true);
    }),
  );
});

describe("given frames of one length", () => {
  test("then they are met at even steps", () => {
    const chosen = chooseFrames(Array.from({ length: 160 }, () => 40));
    const steps = chosen.slice(1).map((frame, i) => frame - (chosen[i] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(13);
  });
});

test("a frame of no time is shown for a tenth of a second, as browsers show it", () => {
  expect(shownTimes([0, 10, 11, 5000])).toEqual([100, 100, 11, 5000]);
});

describe("given what frames cost", () => {
  test("then never more is spent than the budget, and all is chosen where it suffices", () => {
    const costs = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(times, costs, fc.nat({ max: 20_000 }), fc.boolean(), (shown, each, budget, onOneWay) => {
        const sums = each.map((_, i) => each.slice(0, i + 1).reduce((a, b) => a + b, 0));
        const costOf = (frame: number) => (onOneWay ? sums : each)[frame] ?? 0;
        const { frames, isAll } = chooseWithin(shown, { costOf, onOneWay }, budget);
        const spent = frames.map(costOf);
        const total = onOneWay ? Math.max(0, ...spent) : spent.reduce((a, b) => a + b, 0);
        expect(total).toBeLessThanOrEqual(budget);
        if (isAll) expect(frames).toEqual(chooseFrames(shown));
        else expect(Math.max(...chooseFrames(shown).map(costOf)) <= budget && onOneWay && total === budget).toBe(false);
      }),
    );
  });

  test("then what is shown longest is paid for first", () => {
    const costs = { costOf: () => 3, onOneWay: false };
    expect(chooseWithin([100, 5000, 200], costs, 6)).toEqual({ frames: [1, 2], isAll: false });
    expect(chooseWithin([100, 5000, 200], costs, 9)).toEqual({ frames: [0, 1, 2], isAll: true });
  });
});
