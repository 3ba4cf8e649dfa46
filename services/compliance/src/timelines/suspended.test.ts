import { array, assert, integer, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { at } from "../../test/examples.ts";
import { pausedMs, suspendedSince, type Suspended } from "./suspended.ts";

const between = (from: number, to?: number): Suspended => ({ from: at(from), ...(to !== undefined && { to: at(to) }) });

test("only what lies in between pauses the clock", () => {
  const suspensions = [between(10, 20), between(50, 60)];
  const paused = (from: number, to: number) => pausedMs(suspensions, at(from), at(to)) / 1000;
  expect([paused(0, 5), paused(0, 15), paused(0, 40), paused(0, 100), paused(15, 55), paused(70, 80)]).toEqual([
    0, 5, 10, 20, 10, 0,
  ]);
  expect(paused(30, 10)).toBe(0);
});

test("what two say of one moment pauses it once, and one that ends before it begins not at all", () => {
  const clocks = [between(10, 30), between(20, 40), between(60, 50), between(35, 38)];
  expect(pausedMs(clocks, at(0), at(100))).toBe(30_000);
});

test("one that lasts pauses it from its beginning on", () => {
  const suspensions = [between(10, 20), between(50)];
  expect(pausedMs(suspensions, at(0), at(80))).toBe(40_000);
  expect(suspendedSince(suspensions)).toEqual(at(50));
  expect(suspendedSince([between(10, 20)])).toBeUndefined();
});

test("the clock never runs backwards, nor faster than time", () => {
  const moments = array(integer({ min: 0, max: 300 }), { maxLength: 10 });
  const pair = tuple(integer({ min: 0, max: 300 }), integer({ min: 0, max: 300 }));
  assert(
    property(moments, pair, (all, [a, b]) => {
      const sorted = all.toSorted((x, y) => x - y);
      const suspensions = sorted.flatMap((from, i) => (i % 2 === 0 ? [between(from, sorted[i + 1])] : []));
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const clock = (second: number) => second * 1000 - pausedMs(suspensions, at(0), at(second));
      expect(clock(to)).toBeGreaterThanOrEqual(clock(from));
      expect(clock(to) - clock(from)).toBeLessThanOrEqual((to - from) * 1000);
    }),
  );
});
