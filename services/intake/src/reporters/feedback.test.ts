import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completeness, isSettled, monthsOf, toldVerdicts, usefulness } from "./feedback.ts";

const month = (at: number) => new Date(Date.UTC(2026, at, 1));

describe("the time that is asked for", () => {
  test("is whole months, each by itself, over the end of a year", () => {
    expect(monthsOf(month(10), month(13))).toEqual(
      [10, 11, 12].map((at) => ({ from: month(at), until: month(at + 1) })),
    );
  });
  test.each<[string, Date, Date]>([
    ["no month", new Date("2026-01-02"), month(2)],
    ["an hour too late", new Date("2026-01-01T01:00:00Z"), month(2)],
    ["nothing", month(1), month(1)],
    ["backwards", month(2), month(1)],
    ["more than two years", month(0), month(25)],
  ])("is refused where it is %s", (_, from, until) => expect(monthsOf(from, until)).toBeUndefined());
  test("has verdicts 30 days after its end", () => {
    const one = { from: month(0), until: month(1) };
    expect(isSettled(one, new Date("2026-03-02T23:59:59Z"))).toBe(false);
    expect(isSettled(one, new Date("2026-03-03T00:00:00Z"))).toBe(true);
  });
});

describe("what is told of verdicts", () => {
  const secret = (offset: number) => offset.toString(16).padStart(8, "0");
  test("is nothing where few are decided", () => {
    expect(toldVerdicts(19, 19, secret(0))).toEqual({ schemaVersion: 1, decided: 19 });
    expect(toldVerdicts(20, 19, secret(0))).toEqual({ schemaVersion: 1, decided: 20, illegal: 15 });
  });
  test("of which all are illegal is all at most, whatever the secret", () => {
    const told = [0, 1, 2, 3, 4].map((offset) => toldVerdicts(21, 21, secret(offset)).illegal);
    expect(told).toEqual([20, 20, 20, 20, 21]);
  });
  test("is never more than there are, and within four of the truth", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 9999 }), fc.nat(9999), fc.nat(4), (decided, some, offset) => {
        const illegal = some % (decided + 1);
        const { illegal: told = NaN } = toldVerdicts(decided, illegal, secret(offset));
        expect(told).toBeLessThanOrEqual(decided);
        expect(Math.abs(told - illegal)).toBeLessThanOrEqual(4);
      }),
    );
  });
  test("does not tell one verdict from its opposite, but for one secret in five", () => {
    for (let others = 0; others < 30; others++) {
      const tells = [0, 1, 2, 3, 4].filter((offset) => {
        const [legal, illegal] = [others, others + 1].map((count) => toldVerdicts(40, count, secret(offset)).illegal);
        return legal !== illegal;
      });
      expect(tells).toHaveLength(1);
    }
  });
  test("adds up months, and leaves out of the share what is not told", () => {
    const told = { schemaVersion: 1, decided: 40, illegal: 30 } as const;
    const few = { schemaVersion: 1, decided: 3 } as const;
    expect(usefulness([told, few])).toEqual({ decided: 43, illegal: 30, score: 75 });
    expect(usefulness([few])).toEqual({ decided: 3, illegal: undefined, score: undefined });
  });
});

describe("how complete reports are", () => {
  test("is the share of what they could say, and what is missing most comes first", () => {
    const counts = new Map([
      [0, 1],
      [0b0010, 2],
      [0b0110, 1],
    ]);
    expect(completeness(counts)).toEqual({ count: 4, score: 75, missing: ["threat", "targets.observed_time"] });
  });
  test("is nothing where there is none, and all where nothing is missing", () => {
    expect(completeness(new Map())).toEqual({ count: 0, score: 0, missing: [] });
    expect(completeness(new Map([[0, 5]]))).toEqual({ count: 5, score: 100, missing: [] });
  });
});
