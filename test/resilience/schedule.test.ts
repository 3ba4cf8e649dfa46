import fc from "fast-check";
import { expect, test } from "vitest";
import { scheduleOf } from "./schedule.ts";

const season = { forMs: 120_000, everyMs: 3000, whom: ["intake", "prober", "nats", "agent"] };

test("the same seed is the same season, another seed another one", () => {
  expect(scheduleOf({ seed: 7, ...season })).toEqual(scheduleOf({ seed: 7, ...season }));
  expect(scheduleOf({ seed: 7, ...season })).not.toEqual(scheduleOf({ seed: 8, ...season }));
});

test("faults come in order, within the time, as often as asked, and everybody has a turn", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const faults = scheduleOf({ seed, ...season });
      expect(faults.map(({ atMs }) => atMs)).toEqual(faults.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
      expect(faults.at(-1)?.atMs).toBeLessThan(season.forMs);
      expect(faults.length).toBeGreaterThan(20);
      expect(faults.length).toBeLessThan(90);
      expect(new Set(faults.map(({ whom }) => whom))).toEqual(new Set(season.whom));
      expect(new Set(faults.map(({ harm }) => harm)).size).toBe(3);
    }),
  );
});
