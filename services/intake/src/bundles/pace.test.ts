import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paceAt, roomIn, spent, type Pace } from "./pace.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12) + seconds * 1000);

describe("the pace of a sender", () => {
  test("given nothing came yet, then a minute's worth may be told at once, and no more", () => {
    let pace = paceAt(undefined, 3, at(0));
    for (let i = 0; i < 3; i++) {
      expect(roomIn(pace)).toBeGreaterThan(0);
      pace = spent(pace, 1);
    }
    expect(roomIn(pace)).toBe(0);
  });

  test("given it is used up, when time passes, then it comes back at the rate, and never beyond a minute's worth", () => {
    const none = spent(paceAt(undefined, 60, at(0)), 60);
    expect([0.5, 1, 10, 60, 3600].map((s) => roomIn(paceAt(none, 60, at(s))))).toEqual([0, 1, 10, 60, 60]);
  });

  test("given a clock that went back, then nothing is given for it", () => {
    const none = spent(paceAt(undefined, 60, at(100)), 60);
    expect(roomIn(paceAt(none, 60, at(0)))).toBe(0);
  });

  test("given another rate by now, then it is the new one that gives", () => {
    const none = spent(paceAt(undefined, 60, at(0)), 60);
    expect(roomIn(paceAt(none, 600, at(1)))).toBe(10);
    expect(roomIn(paceAt(paceAt(undefined, 600, at(0)), 6, at(0)))).toBe(6);
  });
});

test("whenever reports come, in no time are more told than a minute's worth and the rate", () => {
  const gaps = fc.array(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 120 }), (gapsMs, rate) => {
      let [pace, told, nowMs] = [undefined as Pace | undefined, 0, 0];
      for (const gap of gapsMs) {
        nowMs += gap;
        pace = paceAt(pace, rate, at(nowMs / 1000));
        if (roomIn(pace) < 1) continue;
        pace = spent(pace, 1);
        told++;
      }
      expect(told).toBeLessThanOrEqual(rate + (rate * nowMs) / 60_000 + 1e-6);
    }),
  );
});
