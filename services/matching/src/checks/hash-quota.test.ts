import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { takeHashes, takenElsewhere, type HashPace } from "./hash-quota.ts";

const rates = { perMinute: 60, perDay: 100 };
const at = (ms: number) => new Date(Date.UTC(2030, 0, 1, 23, 59) + ms);

describe("the quota of hashes", () => {
  test("given nothing was asked, then a minute's worth is there at once, and a call over it waits for what it lacks", () => {
    const first = takeHashes(undefined, 0, 50, rates, at(0));
    expect(first).toMatchObject({ free: 10 });
    expect(takeHashes(first as HashPace, 50, 12, rates, at(0))).toEqual({
      over: "per_minute",
      limit: 60,
      waitMs: 2000,
    });
    expect(takeHashes(first as HashPace, 50, 12, rates, at(2000))).toMatchObject({ free: 0 });
  });

  test("given a call that no minute has room for, then it is told how many to send", () => {
    expect(takeHashes(undefined, 0, 61, rates, at(0))).toMatchObject({ over: "at_once", limit: 60 });
  });

  test("given a day that is used up, then it waits for midnight", () => {
    expect(takeHashes(undefined, 90, 11, rates, at(0))).toEqual({ over: "per_day", limit: 100, waitMs: 60_000 });
    expect(takeHashes(undefined, 90, 10, rates, at(0))).toMatchObject({ free: 50 });
  });
});

test("what other processes let in is taken here, too, a minute's worth at most", () => {
  const pace = takeHashes(undefined, 0, 10, rates, at(0)) as HashPace;
  expect(takenElsewhere(pace, 20, rates)).toMatchObject({ free: 30 });
  const short = takenElsewhere(pace, 100_000, rates);
  expect(takeHashes(short, 0, 1, rates, at(0))).toEqual({ over: "per_minute", limit: 60, waitMs: 61_000 });
});

test("whenever calls come, no more is taken than a minute's worth and the rate, and who waits as told is let in", () => {
  const calls = fc.array(fc.tuple(fc.nat({ max: 20_000 }), fc.integer({ min: 1, max: 60 })), { maxLength: 100 });
  fc.assert(
    fc.property(calls, (steps) => {
      let [pace, taken, nowMs] = [undefined as HashPace | undefined, 0, 0];
      for (const [gapMs, count] of steps) {
        nowMs += gapMs;
        const next = takeHashes(pace, 0, count, { ...rates, perDay: 1e9 }, at(nowMs));
        if ("over" in next) {
          const later = takeHashes(pace, 0, count, { ...rates, perDay: 1e9 }, at(nowMs + next.waitMs));
          expect(later).not.toHaveProperty("over");
          continue;
        }
        pace = next;
        taken += count;
      }
      expect(taken).toBeLessThanOrEqual(60 + (60 * nowMs) / 60_000 + 1e-3);
    }),
  );
});
