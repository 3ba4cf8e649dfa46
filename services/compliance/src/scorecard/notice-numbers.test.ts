import { array, assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { at, timesExample } from "../../test/examples.ts";
import { columnsOf, isMarked, noticeAt, numbersOf, PRESERVATIONS, STANDINGS } from "./notice-numbers.ts";

const small = (max: number) => integer({ min: 0, max });
const time = constantFrom(NaN, 0, at(0).getTime());
const numbers = record({
  issued: time,
  reported: time,
  decided: time,
  acknowledged: time,
  answered: time,
  lastSeen: time,
  gone: time,
  watchedUntil: time,
  paused: small(100_000),
  withdrawnAfter: time,
  restoredAfter: time,
  page: small(1),
  abroad: small(1),
  keptBack: small(1),
  preservation: small(PRESERVATIONS.length - 1),
  ending: small(STANDINGS.length - 1),
  outcome: small(9),
  environment: small(3),
  strength: small(4),
  marks: small(8191),
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
    const eyes = ["singleVantage", "notObservable", "cloaked", "restrictedHere", "claimedStillPresent"] as const;
    const doubts = ["suspended", "lapsed", "reversed", "restoreWithheld", "cannotRestore", "toRestore"] as const;
    const marks = [...eyes, ...doubts, "restored", "offered"] as const;
    for (const mark of marks) {
      const marked = numbersOf(timesExample({ offered: false, [mark]: true }));
      expect(marks.filter((other) => isMarked(marked, other))).toEqual([mark]);
    }
  });

  test("more slots than can be kept are the most that can", () => {
    expect(numbersOf(timesExample({ slotsRequired: 1000 })).slotsRequired).toBe(255);
  });

  test("clocks that are apart make no time shorter than none", () => {
    const apart = timesExample({ decidedTime: at(30), withdrawnTime: at(29), restoredTime: at(28) });
    expect(numbersOf(apart)).toMatchObject({ withdrawnAfter: 0, restoredAfter: 0 });
    expect(numbersOf(timesExample({ withdrawnTime: undefined }))).toMatchObject({ withdrawnAfter: NaN });
  });

  test("what happens is counted by a clock that stands still while it is suspended", () => {
    const suspensions = [
      { from: at(10), to: at(20) },
      { from: at(50), to: at(55) },
    ];
    const numbers = numbersOf(
      timesExample({
        suspensions,
        acknowledgedTime: at(15),
        answer: { outcome: "OUTCOME_REMOVED", time: at(40) },
        lastSeenTime: at(52),
        goneTime: at(60),
      }),
    );
    const { acknowledged, answered, lastSeen, gone, paused } = numbers;
    expect([acknowledged, answered, lastSeen, gone]).toEqual([at(10), at(30), at(40), at(60)].map((t) => t.getTime()));
    expect(paused).toBe(15_000);
  });

  test("one that is suspended was watched until that began, or until the last look if that was before", () => {
    const suspended = { suspended: true, suspensions: [{ from: at(10), to: at(20) }, { from: at(50) }] };
    expect(numbersOf(timesExample(suspended))).toMatchObject({ watchedUntil: at(50).getTime(), paused: 10_000 });
    const unseen = { ...suspended, notObservable: true, lastLookTime: at(15) };
    expect(numbersOf(timesExample(unseen))).toMatchObject({ watchedUntil: at(15).getTime(), paused: 5000 });
    const over = timesExample({ suspensions: [{ from: at(10), to: at(20) }] });
    expect(numbersOf(over)).toMatchObject({ watchedUntil: NaN, paused: 10_000 });
  });
});
