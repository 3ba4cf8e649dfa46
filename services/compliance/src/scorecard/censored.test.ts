import { array, assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { censoredPercentile } from "./censored.ts";
import { percentile } from "./percentile.ts";

const sorted = (values: readonly number[]) => Float64Array.from(values).sort();
const estimate = (happened: readonly number[], watched: readonly number[], share: number) =>
  censoredPercentile(sorted(happened), sorted(watched), share);

describe("given some that were watched for a while only", () => {
  test("when they are left out of what comes later, the others weigh more", () => {
    // Remission of leukaemia in weeks under 6-MP (Freireich et al. 1963), the textbook's example: the median is 23.
    const happened = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    const watched = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    expect(estimate(happened, watched, 0.5)).toBe(23);
    expect(estimate(happened, watched, 0.9)).toBeUndefined();
  });

  test("when one was watched until the very moment of an event, it still counts there", () => {
    expect([estimate([10], [10], 0.5), estimate([10], [9], 0.9)]).toEqual([10, 10]);
    expect(estimate([10], [10], 0.6)).toBeUndefined();
  });

  test("when it happened to none, it is not reached", () => {
    expect([estimate([], [], 0.5), estimate([], [1, 2], 0.5)]).toEqual([undefined, undefined]);
  });
});

const times = array(integer({ min: 0, max: 50 }), { maxLength: 40 });
const share = constantFrom(0.5, 0.9);

test("with everybody watched for ever it is the nearest rank", () => {
  assert(
    property(times, integer({ min: 0, max: 20 }), share, (happened, open, of) => {
      const watched = Array.from({ length: open }, () => Infinity);
      expect(estimate(happened, watched, of)).toBe(percentile([sorted([...happened, ...watched])], of));
    }),
  );
});

test("watching longer never makes it shorter", () => {
  assert(
    property(times, times, integer({ min: 0, max: 30 }), share, (happened, watched, more, of) => {
      const short = estimate(happened, watched, of) ?? Infinity;
      const long = estimate(
        happened,
        watched.map((time) => time + more),
        of,
      );
      expect(long ?? Infinity).toBeGreaterThanOrEqual(short);
    }),
  );
});
