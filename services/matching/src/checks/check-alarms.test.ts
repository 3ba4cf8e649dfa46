import { describe, expect, test } from "vitest";
import { alarmsOf, holdOf } from "./check-alarms.ts";
import { defaultCheckRates } from "./check-rates.ts";

const rates = defaultCheckRates.everybody;
const quiet = {
  refusedCalls: 0,
  usedToday: 12_000,
  differentToday: 10_000,
  knownToday: 30,
  knownLately: 300,
  neighbours: 0,
  neighboursOfKnown: 0,
};
const nothingLet = { isToday: false, known: 0 };

describe("alarms", () => {
  test.each([
    ["a platform's pictures", {}, []],
    ["ten calls over a quota", { refusedCalls: 10 }, ["CHECK_ALARM_RATE"]],
    ["four fifths of a day", { usedToday: 8_000_000 }, ["CHECK_ALARM_RATE"]],
    ["a fifth is known", { differentToday: 1000, knownToday: 200 }, ["CHECK_ALARM_KNOWN_SHARE"]],
    ["all of a few is known", { differentToday: 50, knownToday: 50 }, []],
    ["hundreds around one", { neighbours: 500 }, ["CHECK_ALARM_NEIGHBOURS"]],
    ["more that is known than a platform meets", { knownLately: 2000 }, ["CHECK_ALARM_KNOWN_COUNT"]],
  ] as const)("given %s", (_, changes, alarms) => {
    expect(alarmsOf({ ...quiet, ...changes }, rates)).toEqual(alarms);
  });
});

describe("held is", () => {
  test.each([
    ["nobody who checks pictures", {}, undefined],
    ["nobody for a rate", { refusedCalls: 99, usedToday: 10_000_000 }, undefined],
    ["who feels around what is known", { neighboursOfKnown: 150 }, "CHECK_ALARM_NEIGHBOURS"],
    ["nobody for versions of what is not known", { neighbours: 5000 }, undefined],
    ["who asks with a list", { differentToday: 5000, knownToday: 1000 }, "CHECK_ALARM_KNOWN_SHARE"],
    ["nobody for a share of a few", { differentToday: 999, knownToday: 999 }, undefined],
    [
      "who asks with a list, whatever else is mixed in",
      { differentToday: 1e9, knownLately: 10_000 },
      "CHECK_ALARM_KNOWN_COUNT",
    ],
  ] as const)("%s", (_, changes, alarm) => {
    expect(holdOf({ ...quiet, ...changes }, rates, nothingLet)).toBe(alarm);
  });

  test("who was let go on for as much again, and for a share from the next day on", () => {
    const seen = { ...quiet, differentToday: 30_000, knownToday: 12_000, knownLately: 12_000 };
    expect(holdOf(seen, rates, { isToday: true, known: 12_000 })).toBeUndefined();
    expect(holdOf({ ...seen, knownLately: 22_000 }, rates, { isToday: true, known: 12_000 })).toBe(
      "CHECK_ALARM_KNOWN_COUNT",
    );
    expect(holdOf(seen, rates, { isToday: false, known: 12_000 })).toBe("CHECK_ALARM_KNOWN_SHARE");
    // Of what was let go on then hardly any is in the last 30 days.
    expect(holdOf({ ...quiet, knownLately: 9000 }, rates, { isToday: false, known: 12_000 })).toBeUndefined();
  });

  test("nobody where it is said", () => {
    const never = { ...rates, holdKnown: 0, holdKnownShare: 0, holdNeighbours: 0 };
    const seen = { ...quiet, differentToday: 1e6, knownToday: 1e6, knownLately: 1e6, neighboursOfKnown: 1e6 };
    expect(holdOf(seen, never, nothingLet)).toBeUndefined();
  });
});
