import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, looked, missing, newTarget as reported, picture, rules, timedOut } from "../../test/examples.ts";
import { newTarget, nextDue, nextDueAfterNothing, watchEnded, withNotice, withReport } from "./schedule.ts";
import type { NoticeMark, Target } from "../targets/target-state.ts";
import { closed } from "../targets/target.ts";

const address = (keyId: string) => ({ keyId, nonce: new Uint8Array(12), ciphertext: new Uint8Array(40) });
const report = (id: string, minute = 0, keyId = "2026-01") => ({
  id,
  receivedTime: at(minute),
  address: address(keyId),
  lane: "report/a",
  trace: { traceparent: id },
});
const mark = (given: Partial<NoticeMark> = {}): NoticeMark => ({
  id: "n",
  version: 1,
  episode: 1,
  answers: 0,
  open: true,
  ...given,
});
const calm = { lane: "answer/p", trace: {} };
const present = looked(reported(), picture("first"), at(1), rules);
const rested: Target = { ...present, work: { ...present.work, dueAt: at(500) } };
const IDLE = at(1 + rules.idleMs / 60_000);

describe("next due", () => {
  test("after the idle pause while nothing presses", () => {
    expect(nextDue(present, at(1), rules)).toEqual(IDLE);
  });

  test("in the next slot while a notice is open, a miss stands, or it is silent", () => {
    const suspect = looked(present, missing, at(2), rules);
    const silent = looked(present, timedOut, at(2), rules);
    for (const target of [{ ...present, notices: [mark()] }, suspect, silent]) {
      expect(nextDue(target, at(2.5), rules)).toEqual(at(3));
    }
    expect(nextDue({ ...present, notices: [mark({ open: false })] }, at(1), rules)).toEqual(IDLE);
  });

  test("idly again when it was silent for too long to hope", () => {
    const unreachable = looked(reported(), timedOut, at(0), rules);
    expect(nextDue(unreachable, at(24 * 60 - 1), rules)).toEqual(at(24 * 60));
    expect(nextDue(unreachable, at(24 * 60), rules)).toEqual(at(30 * 60));
  });

  test("idly after gone, whatever notice is open", () => {
    const gone = [2, 3, 4].reduce((state, minute) => looked(state, missing, at(minute), rules), present);
    expect(gone.phase.is).toBe("GONE");
    expect(nextDue({ ...gone, notices: [mark()] }, at(4), rules)).toEqual(at(4 + rules.idleMs / 60_000));
  });

  test("at once after gone when a report asks for the other content there, but not again and again", () => {
    const gone = looked({ ...present, reportedTime: at(1.5) }, picture("other"), at(2), rules);
    expect(gone.phase.is).toBe("GONE");
    expect(nextDue(gone, at(2), rules)).toEqual(at(2));
    // The next look came to nothing, since an eye could not get out: it is no reason to ask the host without end.
    expect(nextDueAfterNothing(gone, at(2.5), rules)).toEqual(at(3));
    expect(nextDue(looked(gone, timedOut, at(3), rules), at(3), rules)).toEqual(at(4));
    expect(nextDue(looked(gone, missing, at(3), rules), at(3), rules)).toEqual(at(3 + rules.idleMs / 60_000));
  });

  test("never when closed", () => {
    expect(nextDue(closed(present, at(2)), at(2), rules)).toBeUndefined();
  });

  test("each target has its own moment in the slot, and one in each slot", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9a-f]{32}$/),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        (targetId, minute) => {
          const target = { ...present, targetId, notices: [mark()] };
          const first = nextDue(target, at(minute), rules) ?? at(0);
          const second = nextDue(target, first, rules) ?? at(0);
          expect(second.getTime() - first.getTime()).toBe(rules.slotMs);
          expect(Math.floor(first.getTime() / rules.slotMs)).toBe(Math.floor(at(minute).getTime() / rules.slotMs) + 1);
        },
      ),
    );
  });
});

describe("a report", () => {
  test("makes a new target due at once", () => {
    const target = withReport(newTarget("t", address("2026-01"), at(3)), report("r"), at(3));
    expect(target).toMatchObject({ phase: { is: "NEW" }, episode: 1, reportedTime: at(0), work: { dueAt: at(3) } });
  });

  test("makes a target due at once whatever its state, and counts the watch from now", () => {
    expect(withReport(closed(rested, at(5)), report("r2"), at(9))).toMatchObject({
      watchFrom: at(9),
      work: { dueAt: at(9) },
    });
  });

  test("noted before changes nothing", () => {
    expect(withReport(rested, report("r1", 99), at(9))).toBeUndefined();
  });

  test("older than the newest one does not turn the clock back", () => {
    const newer = withReport(rested, report("r2", 8), at(9)) ?? rested;
    expect(withReport(newer, report("r3", 7), at(9))?.reportedTime).toEqual(at(8));
  });

  test("does not take a claim away, but is answered by another probe after it", () => {
    const held = { ...rested, work: { ...rested.work, claimedUntil: at(20), dueAt: at(20) } };
    const target = withReport(held, report("r2"), at(9));
    expect(target?.work).toMatchObject({ dueAt: at(20), wanted: held.work.wanted + 1 });
    expect(withReport(held, report("r2"), at(21))?.work.dueAt).toEqual(at(21));
  });

  test("of a newer month brings the address under its key", () => {
    expect(withReport(rested, report("r2", 1, "2026-02"), at(9))?.address.keyId).toBe("2026-02");
    expect(withReport(rested, report("r2", 1, "2025-12"), at(9))?.address.keyId).toBe("2026-01");
  });

  test("leaves its trace to the probe, and the list of reports bounded", () => {
    const many = Array.from({ length: 50 }, (_, i) => report(`many-${i}`));
    const target = many.reduce((state, one) => withReport(state, one, at(9)) ?? state, rested);
    expect(target.work.trace).toEqual({ traceparent: "many-49" });
    expect(target.reports).toHaveLength(20);
  });
});

describe("a notice", () => {
  test("that is new makes the target due at once", () => {
    expect(withNotice(rested, mark(), calm, at(9))).toMatchObject({ notices: [mark()], work: { dueAt: at(9) } });
    expect(withNotice(rested, mark({ open: false }), calm, at(9))?.work.dueAt).toEqual(at(500));
  });

  test("that was answered makes it due at once, one that was acknowledged writes nothing", () => {
    const noticed = { ...rested, notices: [mark()] };
    expect(withNotice(noticed, mark({ version: 2 }), calm, at(9))).toBeUndefined();
    expect(withNotice(noticed, mark({ version: 2, answers: 1 }), calm, at(9))).toMatchObject({
      answeredTime: at(9),
      work: { dueAt: at(9) },
    });
  });

  test("that merely tells what we saw after an answer is no new answer", () => {
    const answered = { ...rested, notices: [mark({ version: 2, answers: 1 })], answeredTime: at(7) };
    expect(withNotice(answered, mark({ version: 3, answers: 1 }), calm, at(9))).toBeUndefined();
    const closed = withNotice(answered, mark({ version: 4, answers: 1, open: false }), calm, at(9));
    expect(closed).toMatchObject({ answeredTime: at(7), work: { dueAt: at(500) } });
  });

  test("of an older or equal version changes nothing", () => {
    const noticed = { ...rested, notices: [mark({ version: 3 })] };
    expect(withNotice(noticed, mark({ version: 2, open: false }), calm, at(9))).toBeUndefined();
    expect(withNotice(noticed, mark({ version: 3 }), calm, at(9))).toBeUndefined();
  });

  test("that is open is never forgotten, however many have ended", () => {
    const ended = Array.from({ length: 60 }, (_, i) => mark({ id: `ended-${i}`, open: false }));
    const open = Array.from({ length: 30 }, (_, i) => mark({ id: `open-${i}` }));
    const target = [...open, ...ended].reduce((state, one) => withNotice(state, one, calm, at(9)) ?? state, rested);
    expect(target.notices.filter((notice) => notice.open)).toHaveLength(30);
    expect(target.notices.length).toBeLessThan(60);
  });
});

test("the watch ends after its time without report, notice or change, and never under an open notice", () => {
  const days = (n: number) => at(1 + n * 24 * 60);
  expect(watchEnded(present, days(89.9), rules)).toBe(false);
  expect(watchEnded(present, days(90), rules)).toBe(true);
  expect(watchEnded({ ...present, notices: [mark()] }, days(400), rules)).toBe(false);
  const moved = withNotice(present, mark({ open: false }), calm, days(80)) ?? present;
  expect(watchEnded(moved, days(90), rules)).toBe(false);
});
