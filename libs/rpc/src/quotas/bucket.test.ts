import fc from "fast-check";
import { expect, test } from "vitest";
import { filled, fullBucket, take } from "./bucket.ts";

const rates = fc.record({
  callsPerSecond: fc.integer({ min: 1, max: 1000 }),
  burst: fc.integer({ min: 1, max: 1000 }),
});
const steps = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 300 });

test("a burst passes at once, the next waits for its turn, and one that would wait too long takes nothing", () => {
  const rate = { callsPerSecond: 10, burst: 3 };
  let bucket = fullBucket(rate, 0);
  const outcomes = Array.from({ length: 6 }, () => {
    const taken = take(bucket, rate, 0, 200);
    bucket = taken.bucket;
    return taken.isOver ? "over" : taken.waitMs;
  });
  expect(outcomes).toEqual([0, 0, 0, 100, 200, "over"]);
  expect(take(bucket, rate, 100, 200)).toMatchObject({ waitMs: 200, isOver: false });
});

test("over any stretch no more pass than the burst and the rate allow, whenever they come", () => {
  fc.assert(
    fc.property(rates, steps, (rate, gaps) => {
      let bucket = fullBucket(rate, 0);
      let [now, passed, last] = [0, 0, 0];
      for (const gap of gaps) {
        now += gap;
        const taken = take(bucket, rate, now, 1000);
        bucket = taken.bucket;
        if (taken.isOver) continue;
        passed += 1;
        last = Math.max(last, now + taken.waitMs);
      }
      // Each millisecond of waiting is rounded up, never down.
      expect(passed).toBeLessThanOrEqual(rate.burst + (last * rate.callsPerSecond) / 1000 + 1e-6);
    }),
  );
});

test("turns come in the order in which calls came", () => {
  fc.assert(
    fc.property(rates, steps, (rate, gaps) => {
      let bucket = fullBucket(rate, 0);
      let [now, last] = [0, 0];
      for (const gap of gaps) {
        now += gap;
        const taken = take(bucket, rate, now, 1000);
        bucket = taken.bucket;
        if (taken.isOver) continue;
        expect(now + taken.waitMs).toBeGreaterThanOrEqual(last - 1);
        last = now + taken.waitMs;
      }
    }),
  );
});

test("a bucket is never fuller than its burst, and a clock that goes back fills nothing", () => {
  fc.assert(
    fc.property(
      rates,
      fc.integer({ min: -10_000, max: 1_000_000 }),
      fc.integer({ min: 0, max: 1000 }),
      (rate, at, left) => {
        const bucket = { tokens: Math.min(left, rate.burst), atMs: 0 };
        const { tokens } = filled(bucket, rate, at);
        expect(tokens).toBeLessThanOrEqual(rate.burst);
        expect(tokens).toBeGreaterThanOrEqual(bucket.tokens);
        if (at <= 0) expect(tokens).toBe(bucket.tokens);
      },
    ),
  );
});
