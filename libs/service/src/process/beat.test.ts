import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { everyBeat, onBeat } from "./beat.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

test("what looks each second looks together, whenever it began, and once a second", () => {
  const looks: [string, number][] = [];
  const look = (who: string) => () => void looks.push([who, performance.now()]);
  using _one = everyBeat(1000, look("one"));
  vi.advanceTimersByTime(137);
  using _two = everyBeat(1000, look("two"));
  vi.advanceTimersByTime(712);
  using _three = everyBeat(1000, look("three"));
  expect(vi.getTimerCount()).toBe(2);
  vi.advanceTimersByTime(2000 - 849);
  looks.length = 0;
  vi.advanceTimersByTime(3000);
  const instants = [3000, 4000, 5000];
  expect(looks.toSorted(([, a], [, b]) => a - b).map(([, at]) => at)).toEqual(
    instants.flatMap((at) => Array.from({ length: 3 }, () => at)),
  );
  expect(vi.getTimerCount()).toBe(1);
});

test("a pause is between half and half again of what was asked; a short one is as long as it says", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 90_000 }), (gone, ms) => {
      vi.advanceTimersByTime(gone);
      const began = performance.now();
      let woken = Number.NaN;
      onBeat(ms, () => (woken = performance.now() - began));
      vi.advanceTimersByTime(2 * ms);
      expect(woken).toBeGreaterThanOrEqual(ms < 250 ? ms : Math.floor(ms / 2));
      expect(woken).toBeLessThanOrEqual(ms < 250 ? ms : Math.ceil(1.5 * ms));
    }),
  );
});

test("who takes back is not woken, the others are; when nobody waits no timer is left", () => {
  const woken: string[] = [];
  const takeBack = onBeat(1000, () => woken.push("one"));
  const other = onBeat(1000, () => woken.push("two"));
  takeBack();
  vi.advanceTimersByTime(1000);
  expect(woken).toEqual(["two"]);
  other();
  const last = everyBeat(1000, () => woken.push("three"));
  last[Symbol.dispose]();
  onBeat(60_000, () => woken.push("four"))();
  expect(vi.getTimerCount()).toBe(0);
});
