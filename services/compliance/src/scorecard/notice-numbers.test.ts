import { array, assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { at, timesExample } from "../../test/examples.ts";
import { columnsOf, isMarked, noticeAt, numbersOf, STANDINGS } from "./notice-numbers.ts";

const small = (max: number) => integer({ min: 0, max });
const time = constantFrom(NaN, 0, at(0).getTime());
const numbers = record({
  issued: time,
  reported: time,
  acknowledged: time,
  answered: time,
  lastSeen: time,
  gone: time,
  lastLook: time,
  ending: small(STANDINGS.length - 1),
  outcome: small(7),
  environment: small(3),
  strength: small(4),
  marks: small(31),
  slotsRequired: small(255),
});

test("what is kept in columns is what was put there", () => {
  assert(
    property(array(numbers, { maxLength: 9 }), (notices) => {
      const columns = columnsOf(notices);
      expect(notices.map((_, place) => noticeAt(columns, place))).toEqual(notices);
    }),
  );
});

describe("of a notice", () => {
  test("each mark is told apart", () => {
    const marks = ["singleVantage", "notObservable", "cloaked", "restrictedHere", "claimedStillPresent"] as const;
    for (const mark of marks) {
      const marked = numbersOf(timesExample({ [mark]: true }));
      expect(marks.filter((other) => isMarked(marked, other))).toEqual([mark]);
    }
  });

  test("more slots than can be kept are the most that can", () => {
    expect(numbersOf(timesExample({ slotsRequired: 1000 })).slotsRequired).toBe(255);
  });
});
