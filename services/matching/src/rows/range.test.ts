import { expect, test } from "vitest";
import { beginPass, endPass, goOn, leavePass, markIn, mayLookUp, newRange, rangeOf, type RangeState } from "./range.ts";

const at = (second: number) => new Date(second * 1000);
const until = (now = at(0)) => new Date(now.getTime() + 10_000);
const begin = (range: RangeState, changes: Partial<Parameters<typeof beginPass>[1]> = {}) =>
  beginPass(range, { setId: "a", through: 7, by: "me", now: at(0), until: until(changes.now), ...changes });
const begun = begin(newRange) as RangeState;
const ended = endPass(begun);

test("given a pass that began, then who looks up must have come as far, and the mark rises when it ends", () => {
  expect([markIn(begun, "a"), markIn(ended, "a"), markIn(ended, "b")]).toEqual([0, 7, 0]);
  expect(mayLookUp(newRange, () => 0)).toBe(true);
  for (const range of [begun, ended, leavePass(begun)]) {
    expect([6, 7, 8].map((counter) => mayLookUp(range, () => counter))).toEqual([false, true, true]);
  }
  expect(ended.pass).toBeUndefined();
});

test("given that it is through, or that somebody began with a newer list, then nothing begins", () => {
  expect(begin(ended)).toBeUndefined();
  expect(begin(ended, { through: 8 })).toBeDefined();
  expect(begin(leavePass(begin(newRange, { through: 9 }) as RangeState), { through: 8 })).toBeUndefined();
});

test("given that somebody is at it, then it is taken over when nothing is heard of it, with the rows it was writing", () => {
  const writing = goOn(begun, at(10), ["r1"]);
  expect(begin(writing, { by: "other", now: at(9) })).toBeUndefined();
  expect(begin(goOn(writing, at(20)), { by: "other", now: at(10) })).toBeUndefined();
  expect(begin(writing, { by: "other", now: at(10) })?.pass).toMatchObject({ by: "other", rows: ["r1"] });
  expect(begin(writing, { now: at(1) })?.pass).toMatchObject({ by: "me", rows: ["r1"] });
});

test("given that somebody began with a clock that was ahead by more than a lease, then it is taken over", () => {
  const heldUntil = (second: number) => goOn(begun, at(second), ["r1"]);
  expect(begin(heldUntil(3600), { by: "other" })?.pass).toMatchObject({ by: "other", rows: ["r1"] });
  expect([20, 21].map((second) => begin(heldUntil(second), { by: "other" }) !== undefined)).toEqual([false, true]);
});

test("a row is in the range of the first digit of its id", () => {
  expect(rangeOf("a1b2c3d4-0000-5000-8000-000000000000")).toBe("a");
});
