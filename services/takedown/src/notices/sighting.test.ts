import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aNotice, around, at, aView } from "../../test/examples.ts";
import { askedAgain, askForLook, isFresh } from "./sighting.ts";

const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const decided = { sha256: bytes(1), pdq: bytes(0) };
const machine = (target: Parameters<typeof aView>[0] = {}) =>
  around({ automatic: decided, target: aView({ lastSeenTime: at(0), seen: decided, ...target }) });

describe("a sighting is fresh", () => {
  test("for as long as the setting says, not a millisecond longer", () => {
    expect([isFresh(machine(), at(1800)), isFresh(machine(), at(1800.001))]).toEqual([true, false]);
    expect(isFresh({ ...machine(), freshMs: 1000 }, at(2))).toBe(false);
  });

  test("also when the prober's clock is ahead of ours", () => {
    expect(isFresh(machine({ lastSeenTime: at(9) }), at(0))).toBe(true);
  });

  test("of the same bytes, or of the same picture in other bytes, and of nothing else", () => {
    // Thirty-two bits of 256 differ: one more than the radius.
    const near = bytes(0).fill(0xff, 0, 3);
    const far = bytes(0).fill(0xff, 0, 4);
    expect(isFresh(machine({ seen: { sha256: bytes(1) } }), at(1))).toBe(true);
    expect(isFresh(machine({ seen: { sha256: bytes(2), pdq: near } }), at(1))).toBe(true);
    expect(isFresh(machine({ seen: { sha256: bytes(2), pdq: far } }), at(1))).toBe(false);
  });

  test("not when nobody knows what was seen, or whether anything was", () => {
    const { seen: _, ...unknown } = aView({ lastSeenTime: at(0), seen: decided });
    const { lastSeenTime: __, ...never } = aView({ seen: decided });
    for (const target of [unknown, never, undefined]) expect(isFresh({ ...machine(), target }, at(1))).toBe(false);
  });

  test("whatever was seen, when what was decided on cannot be compared", () => {
    expect(isFresh({ ...machine({ seen: { sha256: bytes(7) } }), automatic: {} }, at(1))).toBe(true);
  });
});

describe("a look is asked for", () => {
  const asked = askForLook(aNotice({ automatic: true }), at(0));

  test("and again half an hour later at the earliest", () => {
    expect(asked.askedLook).toEqual({ askedTime: at(0), asks: 1, askAgainTime: at(1800) });
    expect(askedAgain(asked, at(1799.999))).toBe(asked);
    expect(askedAgain(asked, at(1800)).askedLook).toEqual({
      askedTime: at(1800),
      asks: 2,
      askAgainTime: at(1800 + 3600),
    });
  });

  test("less and less often, and not for ever", () => {
    let notice = asked;
    const waits: number[] = [];
    for (let due = notice.askedLook?.askAgainTime; due !== undefined; due = notice.askedLook?.askAgainTime) {
      const before = notice.askedLook?.askedTime.getTime() ?? 0;
      waits.push((due.getTime() - before) / 3_600_000);
      notice = askedAgain(notice, due);
    }
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 24, 24, 24]);
    expect(askedAgain(notice, at(1e9))).toBe(notice);
  });

  test("never of a notice that does not wait for one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (seconds) => {
        const notice = aNotice();
        expect(askedAgain(notice, at(seconds))).toBe(notice);
      }),
    );
  });
});
