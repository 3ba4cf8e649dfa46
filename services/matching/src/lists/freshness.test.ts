import { describe, expect, test } from "vitest";
import { Freshness } from "./freshness.ts";

const at = (seconds: number) => new Date(Date.UTC(2030, 0, 1) + seconds * 1000);

function loaded(): Freshness {
  const freshness = new Freshness();
  freshness.loaded("a", at(0));
  return freshness;
}

describe("a check is due", () => {
  test("a minute after the set was taken in, not before, and never for a set that is not there", () => {
    expect([59, 60].map((seconds) => loaded().isCheckDue("a", at(seconds)))).toEqual([false, true]);
    expect(loaded().isCheckDue("b", at(999))).toBe(false);
  });

  test("a minute after it was asked for, whether or not an answer came", () => {
    const freshness = loaded();
    freshness.asked("a", at(60));
    expect([119, 120].map((seconds) => freshness.isCheckDue("a", at(seconds)))).toEqual([false, true]);
    freshness.checked("a", at(130));
    expect([189, 190].map((seconds) => freshness.isCheckDue("a", at(seconds)))).toEqual([false, true]);
  });
});

test("a clock that is put back puts nothing off", () => {
  const freshness = loaded();
  freshness.checked("a", at(3600));
  expect(freshness.isCheckDue("a", at(10))).toBe(true);
  freshness.asked("a", at(10));
  expect([69, 70].map((seconds) => freshness.isCheckDue("a", at(seconds)))).toEqual([false, true]);
  expect([309, 310].map((seconds) => freshness.isUnchecked(at(seconds)))).toEqual([false, true]);
});

describe("the lists are unchecked", () => {
  test("five minutes after the last answer, or after they were taken in without one", () => {
    const freshness = loaded();
    expect([299, 300].map((seconds) => freshness.isUnchecked(at(seconds)))).toEqual([false, true]);
    freshness.checked("a", at(300));
    freshness.asked("a", at(500));
    expect([599, 600].map((seconds) => freshness.isUnchecked(at(seconds)))).toEqual([false, true]);
  });

  test("when one of several is", () => {
    const freshness = loaded();
    freshness.loaded("b", at(200));
    freshness.checked("b", at(250));
    expect(freshness.isUnchecked(at(310))).toBe(true);
    freshness.checked("a", at(310));
    expect(freshness.isUnchecked(at(310))).toBe(false);
  });
});

test("what is taken in again keeps when it was checked", () => {
  const freshness = loaded();
  freshness.checked("a", at(10));
  freshness.loaded("a", at(20));
  expect(freshness.of("a")).toEqual({ loaded: at(20), asked: at(10), checked: at(10) });
  expect(new Freshness().of("a")).toBeUndefined();
});
