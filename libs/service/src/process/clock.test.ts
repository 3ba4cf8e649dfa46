import { expect, test } from "vitest";
import { MovableClock, systemClock } from "./clock.ts";

test("a movable clock stands still until it is moved, and its dates cannot move it", () => {
  const clock = new MovableClock(new Date("2026-11-24T08:00:00Z"));
  clock.now().setFullYear(1999);
  expect(clock.now().toISOString()).toBe("2026-11-24T08:00:00.000Z");
  clock.advance(24 * 3600 * 1000);
  expect(clock.now().toISOString()).toBe("2026-11-25T08:00:00.000Z");
});

test("the system's clock tells the time", () => {
  const before = Date.now();
  expect(systemClock.now().getTime()).toBeGreaterThanOrEqual(before);
});
