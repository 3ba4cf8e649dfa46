import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, looked, missing, newTarget, picture, rules as minuteRules, timedOut } from "../../test/examples.ts";
import { nextDue, withNotice } from "./schedule.ts";
import type { Target } from "../targets/target-state.ts";
import type { Observation } from "../targets/observation.ts";

const QUARTER = 15;
const DAY = 24 * 60;
const rules = { ...minuteRules, slotMs: QUARTER * 60_000, idleMs: DAY * 60_000 };

const noticed = (target: Target, minute: number): Target =>
  withNotice(
    target,
    { id: "n", version: 1, episode: 1, open: true, since: at(minute), answers: 0 },
    asks,
    at(minute),
  ) ?? target;
const answered = (target: Target, minute: number, version: number): Target =>
  withNotice(target, { id: "n", version, episode: 1, open: true, since: at(0), answers: version }, asks, at(minute)) ??
  target;

const asks = { lane: "answer/p", trace: {} };
const minuteOf = (date: Date | undefined) => ((date ?? at(Number.NaN)).getTime() - at(0).getTime()) / 60_000;
const anyId = fc.stringMatching(/^[0-9a-f]{32}$/);

/** Looks at every due moment until `end`; what is found is told by the minute. */
function looksUntil(target: Target, from: number, end: number, found: (minute: number) => Observation) {
  const looks: number[] = [];
  let state = target;
  for (let minute = from; minute < end; minute = minuteOf(nextDue(state, at(minute), rules))) {
    state = looked(state, found(minute), at(minute), rules);
    looks.push(minute);
  }
  return { state, looks };
}

const pictureOn = (targetId: string) => noticed(looked(newTarget({ targetId }), picture("first"), at(0), rules), 0);

describe("an open notice", () => {
  test("asks for a look in every slot for a day, hourly for a week, every six hours then", () => {
    fc.assert(
      fc.property(anyId, (targetId) => {
        const { looks } = looksUntil(pictureOn(targetId), 0, 90 * DAY, () => picture("identical"));
        looks.slice(1).forEach((minute, i) => {
          const before = looks[i] ?? 0;
          const pause = before < DAY ? QUARTER : before < 7 * DAY ? 60 : 360;
          expect(minute - before).toBeLessThanOrEqual(pause + QUARTER);
          expect(Math.floor(minute / QUARTER)).toBeGreaterThan(Math.floor(before / QUARTER));
        });
        expect(looks.length).toBeLessThanOrEqual(575);
        expect(looks.length).toBeGreaterThan(565);
      }),
      { numRuns: runs(20) },
    );
  });

  test("is looked at in every slot again for a day after an answer, at most 215 looks more", () => {
    fc.assert(
      fc.property(anyId, fc.integer({ min: 8 * DAY, max: 80 * DAY }), (targetId, minute) => {
        const before = looksUntil(pictureOn(targetId), 0, minute, () => picture("identical"));
        const state = answered(before.state, minute, 2);
        expect(state.work.dueAt).toEqual(at(minute));
        const after = looksUntil(state, minute, 90 * DAY, () => picture("identical"));
        expect((after.looks[1] ?? 0) - minute).toBeLessThanOrEqual(2 * QUARTER);
        expect(before.looks.length + after.looks.length).toBeLessThanOrEqual(575 + 215);
      }),
      { numRuns: runs(20) },
    );
  });

  test("of release 0.2, which noted no time, is paced by what last happened", () => {
    const mark = { id: "n", version: 1, episode: 1, open: true, answers: 0 };
    const target: Target = {
      ...looked(newTarget(), picture("first"), at(0), rules),
      notices: [mark],
      watchFrom: at(0),
    };
    expect(minuteOf(nextDue(target, at(10), rules))).toBe(QUARTER);
    expect(minuteOf(nextDue(target, at(30 * DAY), rules)) - 30 * DAY).toBe(360);
  });
});

describe("gone", () => {
  test("is said within k slots of the first miss, at whatever pace that was seen, and tells the pause as its width", () => {
    fc.assert(
      fc.property(anyId, fc.double({ min: 1, max: 89 * DAY, noNaN: true }), (targetId, removed) => {
        const gone = (minute: number) => (minute < removed ? picture("identical") : missing);
        const { state, looks } = looksUntil(pictureOn(targetId), 0, removed + 2 * DAY, gone);
        const first = looks.find((minute) => minute >= removed) ?? 0;
        const last = looks.findLast((minute) => minute < removed) ?? 0;
        expect(state.phase).toMatchObject({ is: "GONE", goneTime: at(first) });
        expect(state.seen?.last).toEqual(at(last));
        expect(first - last).toBeLessThanOrEqual((removed < DAY ? QUARTER : removed < 7 * DAY ? 60 : 360) + QUARTER);
        expect((looks.filter((minute) => minute >= removed)[rules.slotsRequired - 1] ?? 0) - first).toBeLessThanOrEqual(
          rules.slotsRequired * QUARTER,
        );
      }),
      { numRuns: runs(50) },
    );
  });

  test("takes as many distinct slots after an outage: what was missed is one look", () => {
    fc.assert(
      fc.property(anyId, fc.integer({ min: 1, max: 20 * DAY }), (targetId, outage) => {
        const suspect = looked(pictureOn(targetId), missing, at(20), rules);
        const { state, looks } = looksUntil(suspect, 20 + outage, 20 + outage + QUARTER, () => missing);
        const slots = new Set([20, ...looks].map((minute) => Math.floor(minute / QUARTER)));
        expect(looks.length).toBeLessThanOrEqual(2);
        expect(state.phase.is === "SUSPECT_GONE" ? state.phase.run.slots : rules.slotsRequired).toBe(slots.size);
      }),
    );
  });

  test("is never said sooner, nor its interval turned round, because a clock was put back", () => {
    const step = fc.record({
      minutes: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -3 * DAY, max: 3 * DAY })),
      found: fc.constantFrom<Observation>(missing, missing, missing, picture("identical"), timedOut),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state = pictureOn("0".repeat(32));
        let minute = 10 * DAY;
        let misses = 0;
        for (const { minutes, found } of steps) {
          minute += minutes;
          state = looked(state, found, at(minute), rules);
          misses = found.is === "SEEN" ? 0 : misses + (found.is === "ABSENT" ? 1 : 0);
          if (state.phase.is !== "GONE") continue;
          const { goneTime } = state.phase;
          expect(misses).toBeGreaterThanOrEqual(rules.slotsRequired);
          expect(goneTime.getTime()).toBeGreaterThanOrEqual(state.seen?.last.getTime() ?? 0);
          return;
        }
      }),
      { numRuns: runs(500) },
    );
  });

  test("is said again as fast as ever once a clock that was put back runs on", () => {
    const suspect = looked(
      looked(pictureOn("0".repeat(32)), missing, at(30 * DAY), rules),
      missing,
      at(30 * DAY + 15),
      rules,
    );
    const { state, looks } = looksUntil(suspect, 10 * DAY, 10 * DAY + 60, () => missing);
    expect(state.phase).toMatchObject({ is: "GONE", goneTime: at(10 * DAY) });
    expect(looks.length).toBeGreaterThanOrEqual(rules.slotsRequired);
  });
});

test("silence is looked at in every slot for an hour, then hourly: 27 looks until a person is asked", () => {
  const { state, looks } = looksUntil(pictureOn("0".repeat(32)), 30 * DAY, 31.1 * DAY, () => timedOut);
  expect(state.phase).toMatchObject({ is: "UNSEEN", reason: "TIMED_OUT", since: at(30 * DAY) });
  expect(looks.length).toBeLessThanOrEqual(28);
});
