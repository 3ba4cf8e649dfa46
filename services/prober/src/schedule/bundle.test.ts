import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bundled, LOOKS_A_SLOT } from "./bundle.ts";
import { claimed, done } from "./claim.ts";
import { newTarget, withReport } from "./schedule.ts";
import type { Target } from "../targets/target-state.ts";

const SLOT = 15 * 60_000;
const noon = Date.UTC(2026, 2, 1, 12);
const at = (minutes: number) => new Date(noon + minutes * 60_000);
const address = { keyId: "2026-03", nonce: new Uint8Array(), ciphertext: new Uint8Array() };
const fresh = newTarget("00000000", address, at(0));
const calm = at(600);

let reports = 0;
function reported(target: Target, now: Date, isBundled = false): Target {
  const mark = { id: `r${reports++}`, receivedTime: now, address, lane: "report/a", trace: {} };
  return bundled(target, withReport(target, mark, now) ?? target, { isBundled }, now, SLOT);
}
const isDue = ({ work: { dueAt, claimedUntil } }: Target, now: Date) =>
  claimedUntil === undefined && dueAt !== undefined && dueAt <= now;
const look = (target: Target, now: Date) => done(claimed(target, now, 60_000), now, calm);

/** Reports one by one, each looked at as soon as it is due. */
function looksOf(target: Target, times: readonly Date[]): { target: Target; looks: number } {
  let looks = 0;
  let state = target;
  for (const now of times) {
    state = reported(state, now);
    if (!isDue(state, now)) continue;
    looks++;
    state = look(state, now);
  }
  return { target: state, looks };
}

describe("what many report", () => {
  test("is looked at a few times in a slot, then once in the next slot, and every report is noted", () => {
    const { target, looks } = looksOf(
      fresh,
      Array.from({ length: 5000 }, (_, i) => at(i / 1000)),
    );
    expect(looks).toBe(LOOKS_A_SLOT);
    expect(target.reports.at(-1)).toBe(`r${reports - 1}`);
    expect(target.watchFrom).toEqual(at(4.999));
    expect(target.work.dueAt).toEqual(at(15));
    const after = look(target, at(15));
    expect(after.work.dueAt).toEqual(calm);
  });

  test("of one who sent more than their quota is looked at once a slot; anybody else's report is looked at at once", () => {
    let [state, looks] = [fresh, 0];
    for (let i = 0; i < 5000; i++) {
      state = reported(state, at(i / 1000), true);
      if (!isDue(state, at(i / 1000))) continue;
      looks++;
      state = look(state, at(i / 1000));
    }
    expect(looks).toBe(1);
    expect(state.reports.at(-1)).toBe(`r${reports - 1}`);
    expect(state.work.dueAt).toEqual(at(15));
    expect(isDue(reported(state, at(6)), at(6))).toBe(true);
  });

  test("is looked at at once again in a later slot", () => {
    const { target } = looksOf(fresh, [at(0), at(1), at(2), at(3)]);
    const rested = look(target, at(15));
    expect(reported(rested, at(31)).work.dueAt).toEqual(at(31));
  });

  test("waits for a claim that outlasts the slot: nobody else begins meanwhile", () => {
    const { target } = looksOf(fresh, [at(0), at(1), at(2)]);
    const taken = claimed(target, at(14.5), 60_000);
    const bundledMeanwhile = reported(taken, at(14.75));
    expect(bundledMeanwhile.work).toEqual(taken.work);
    expect(done(bundledMeanwhile, at(15.25), calm).work.dueAt).toEqual(at(15));
  });

  test("has at most as many looks as slots allow, whatever the times", () => {
    const times = fc.array(fc.integer({ min: 0, max: 180 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, (minutes) => {
        const sorted = minutes.toSorted((a, b) => a - b).map(at);
        const slots = new Set(sorted.map((time) => Math.floor(time.getTime() / SLOT)));
        // What waited for a slot is looked at in it beside what that one's reports ask for.
        expect(looksOf(fresh, sorted).looks).toBeLessThanOrEqual(slots.size * (LOOKS_A_SLOT + 1));
      }),
    );
  });

  test("is never looked at later than in the next slot after a report", () => {
    const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, (minutes) => {
        const sorted = minutes.toSorted((a, b) => a - b).map(at);
        const { target } = looksOf(fresh, sorted);
        const last = sorted.at(-1) ?? at(0);
        const next = (Math.floor(last.getTime() / SLOT) + 2) * SLOT;
        const answered = target.work.dueAt === undefined ? Infinity : target.work.dueAt.getTime();
        expect(answered === calm.getTime() || answered < next).toBe(true);
      }),
    );
  });
});

describe("a report while a look is in hand", () => {
  const taken = claimed(reported(fresh, at(0)), at(0), 60_000);
  test("is answered by one more look, however many come", () => {
    const many = Array.from({ length: 50 }).reduce<Target>((state) => reported(state, at(0.5)), taken);
    expect(many.asked?.count).toBe(2);
    const ended = done(many, at(0.6), calm);
    expect(ended.work.dueAt).toEqual(at(0.6));
    expect(look(ended, at(0.6)).work.dueAt).toEqual(calm);
  });

  test("waits for the next slot where this one's looks are fresh, though the look in hand ends calm", () => {
    const spent = { ...taken, asked: { slot: Math.floor(noon / SLOT), count: LOOKS_A_SLOT } };
    const ended = done(reported(spent, at(0.5)), at(0.6), calm);
    expect(ended.work.dueAt).toEqual(at(15));
    expect(done(reported(spent, at(0.5)), at(0.6), undefined).work.dueAt).toEqual(at(15));
    expect(done(reported(spent, at(0.5)), at(0.6), at(1)).work.dueAt).toEqual(at(1));
  });
});
