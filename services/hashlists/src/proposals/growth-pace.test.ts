import fc from "fast-check";
import { expect, test } from "vitest";
import { pauseBefore as pauseOf } from "./growth-pace.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1) + seconds * 1000);
const pauseBefore = (grown: readonly Date[], now: Date) => pauseOf(grown, now, 60_000);
const times = (count: number, every: number) => Array.from({ length: count }, (_, n) => at(n * every));

test("what comes now and then is listed at once", () => {
  expect(pauseBefore([], at(0))).toBe(0);
  expect(pauseBefore(times(30, 60), at(30 * 60))).toBe(0);
  expect(pauseBefore(times(9, 2), at(18))).toBe(0);
});

test("of what comes at once the second release has a second's, and the eleventh waits for its turn", () => {
  expect(pauseBefore([at(0)], at(0.2))).toBe(800);
  expect(pauseBefore(times(10, 1), at(10))).toBe(50_000);
  expect(pauseBefore(times(10, 1), at(60))).toBe(0);
  expect(pauseBefore([...times(10, 1), at(60)], at(61))).toBe(59_000);
});

test("a clock that was put back keeps nobody waiting", () => {
  expect(pauseBefore([at(0), ...times(20, 1).map((time) => new Date(time.getTime() + 7_200_000))], at(10))).toBe(0);
});

test("however often somebody asks, an hour has seventy releases at the most", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 80, maxLength: 150 }), (gaps) => {
      const grown: Date[] = [];
      let now = at(0).getTime();
      for (const gap of gaps) {
        now += gap;
        if (pauseBefore(grown, new Date(now)) === 0) grown.push(new Date(now));
      }
      const withinAnHour = grown.map((time, nth) => {
        return grown.findLastIndex((one) => one.getTime() < time.getTime() + 3_600_000) - nth + 1;
      });
      expect(Math.max(0, ...withinAnHour)).toBeLessThanOrEqual(70);
    }),
  );
});
