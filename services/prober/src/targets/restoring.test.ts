import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, looked, missing, newTarget, picture, rules as minuteRules, timedOut } from "../../test/examples.ts";
import { withSighting } from "../sightings/sighting.ts";
import { nextDue, watchEnded, withNotice } from "../schedule/schedule.ts";
import type { NoticeMark, Target } from "./target-state.ts";
import type { Observation } from "./observation.ts";
import { asksToRestore, restoring } from "./restoring.ts";
import { publishedFacts } from "./published-facts.ts";

const QUARTER = 15;
const DAY = 24 * 60;
const rules = { ...minuteRules, slotMs: QUARTER * 60_000, idleMs: DAY * 60_000 };
const asks = { lane: "answer/p", trace: {} };

let version = 0;
const notice = (given: Partial<NoticeMark> = {}): NoticeMark => ({
  id: "n",
  version: ++version,
  episode: 1,
  open: true,
  offered: true,
  since: at(0),
  answers: 0,
  ...given,
});
const withdrawn = (minute: number, given: Partial<NoticeMark> = {}) =>
  notice({ open: false, withdrawn: at(minute), ...given });
const told = (target: Target, mark: NoticeMark, minute: number): Target =>
  withNotice(target, mark, asks, at(minute)) ?? target;
type Step = readonly [minute: number, observation: Observation];
const after = (target: Target, ...steps: Step[]): Target =>
  steps.reduce((state, [minute, observation]) => looked(state, observation, at(minute), rules), target);
const minuteOf = (date: Date | undefined) => ((date ?? at(Number.NaN)).getTime() - at(0).getTime()) / 60_000;

const noticed = told(after(newTarget(), [1, picture("first")]), notice(), 2);
const misses: Step[] = [20, 40, 60].map((minute) => [minute, missing]);
const gone = after(noticed, ...misses);
const asked = told(gone, withdrawn(100), 100);

describe("what was withdrawn and had gone", () => {
  test("is looked at at once, and is restored when it is seen again: no new episode", () => {
    expect(gone.phase.is).toBe("GONE");
    expect(asked.work.dueAt).toEqual(at(100));
    const back = after(asked, [120, picture("identical")]);
    expect(back).toMatchObject({ episode: 1, phase: { is: "PRESENT" }, restored: at(120) });
    expect(publishedFacts(back)).not.toBe(publishedFacts(asked));
  });

  test("is restored by a person's sighting, too", () => {
    const { nonce, ciphertext } = asked.address;
    const how = { keyId: "2026-01", nonce, ciphertext };
    const word = { by: "assessor/ann", time: at(120), says: "SEEN", how, toldTime: at(121) } as const;
    expect(withSighting(asked, word, at(121))).toMatchObject({
      episode: 1,
      phase: { is: "PRESENT" },
      restored: at(120),
    });
    expect(withSighting(gone, word, at(121))).toMatchObject({ episode: 2, phase: { is: "PRESENT" } });
  });

  test("is another episode if it goes once more and is back again", () => {
    const again = after(asked, [120, picture("identical")], [140, missing], [160, missing], [180, missing]);
    expect(again).toMatchObject({ episode: 1, phase: { is: "GONE" }, restored: at(120) });
    const third = after(again, [200, picture("identical")]);
    expect(third).toMatchObject({ episode: 2, phase: { is: "PRESENT" } });
    expect(third.restored).toBeUndefined();
  });

  test("stays restored, whatever is told of the notice later", () => {
    const back = told(after(asked, [120, picture("identical")]), withdrawn(100, { answers: 1 }), 130);
    expect(restoring(after(back, [140, missing], [160, missing], [180, missing]), at(180))).toEqual([]);
  });

  test("that is only suspected, or cannot be seen since it was missed, is waited for as well", () => {
    const suspected = told(after(noticed, [20, missing]), withdrawn(30), 30);
    expect(after(suspected, [40, picture("identical")])).toMatchObject({ episode: 1, restored: at(40) });
    const blind = Array.from({ length: 26 }, (_, hour): Step => [60 + hour * 60, timedOut]);
    const unseen = after(suspected, ...blind);
    expect(unseen.phase.is).toBe("UNSEEN");
    expect(after(unseen, [3 * DAY, picture("identical")])).toMatchObject({ episode: 1, restored: at(3 * DAY) });
  });
});

describe("in any order", () => {
  test("seen again before the withdrawal is known: the episode stays, and the next sighting says restored", () => {
    const early = told(after(gone, [90, picture("identical")]), withdrawn(80), 100);
    expect(early).toMatchObject({ episode: 2, work: { dueAt: at(100) } });
    expect(after(early, [101, picture("identical")])).toMatchObject({ episode: 2, restored: at(101) });
  });

  test("withdrawn once a later episode has gone too: the next sighting says restored, in an episode of its own", () => {
    const twice = after(gone, [90, picture("identical")], [100, missing], [120, missing], [140, missing]);
    const late = told(twice, withdrawn(150), 150);
    expect(late).toMatchObject({ episode: 2, phase: { is: "GONE" } });
    expect(after(late, [160, picture("identical")])).toMatchObject({ episode: 3, restored: at(160) });
  });

  test("removed after it was withdrawn: restored once it is seen again", () => {
    const late = after(told(noticed, withdrawn(10), 10), ...misses);
    expect(late.phase.is).toBe("GONE");
    expect(after(late, [80, picture("identical")])).toMatchObject({ episode: 1, restored: at(80) });
  });

  test("never missed: nothing to restore", () => {
    const there = after(told(noticed, withdrawn(10), 10), [20, picture("identical")]);
    expect(there.restored).toBeUndefined();
    expect(restoring(there, at(20))).toEqual([]);
    const blind = Array.from({ length: 26 }, (_, hour): Step => [60 + hour * 60, timedOut]);
    const unseen = after(there, ...blind);
    expect([unseen.phase.is, restoring(unseen, at(2 * DAY))]).toEqual(["UNSEEN", []]);
  });
});

describe("what is not restored", () => {
  const another = (given: Partial<NoticeMark>) => told(asked, notice({ id: "other", ...given }), 110);
  test("is what another open notice asks to remove; a suspended one asks for nothing", () => {
    expect(after(another({}), [120, picture("identical")])).toMatchObject({ episode: 2 });
    expect(after(another({ suspended: true }), [120, picture("identical")])).toMatchObject({ restored: at(120) });
    expect(after(another({ open: false }), [120, picture("identical")])).toMatchObject({ restored: at(120) });
  });

  test("is what its provider cannot restore, or nobody is asked to", () => {
    const cannot = told(asked, notice({ open: false, answers: 1 }), 110);
    expect(after(cannot, [120, picture("identical")])).toMatchObject({ episode: 2 });
  });

  test("is a later episode's removal", () => {
    const second = after(asked, [120, picture("identical")], [140, missing], [160, missing], [180, missing]);
    const third = after(second, [200, picture("identical")], [220, missing], [240, missing], [260, missing]);
    expect(after(third, [280, picture("identical")])).toMatchObject({ episode: 3 });
  });
});

test("it is watched as an open notice is for 30 days, and then rests as what is gone does", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{32}$/), (targetId) => {
      let state: Target = { ...asked, targetId };
      const looks: number[] = [];
      for (let minute = 100; minute < 60 * DAY; minute = minuteOf(nextDue(state, at(minute), rules))) {
        state = looked(state, missing, at(minute), rules);
        looks.push(minute);
      }
      looks.slice(1).forEach((minute, i) => {
        const before = looks[i] ?? 0;
        const sinceMs = before - 100;
        const pause = sinceMs < DAY ? QUARTER : sinceMs < 7 * DAY ? 60 : sinceMs < 30 * DAY ? 360 : DAY;
        expect(minute - before).toBeLessThanOrEqual(pause + QUARTER);
      });
      const watched = looks.filter((minute) => minute < 100 + 30 * DAY);
      expect(watched.length).toBeLessThanOrEqual(340);
      expect(looks.length - watched.length).toBeLessThanOrEqual(31);
      expect(state).toMatchObject({ episode: 1, phase: { is: "GONE" } });
      const tooLate = looked(state, picture("identical"), at(60 * DAY), rules);
      expect(tooLate).toMatchObject({ episode: 2 });
    }),
    { numRuns: runs(10) },
  );
});

test("however short the watch is, it does not end while a restoration is waited for", () => {
  const short = { ...rules, watchMs: DAY * 60_000 };
  expect(watchEnded(asked, at(100 + 29 * DAY), short)).toBe(false);
  expect(watchEnded(asked, at(100 + 30 * DAY), short)).toBe(true);
});

test("whatever is seen and told, the episode never falls, and only what was missed is restored, once for each withdrawal", () => {
  const step = fc.oneof(
    fc.constantFrom<Observation>(missing, picture("identical"), timedOut).map((observation) => ({ observation })),
    fc.constantFrom<Partial<NoticeMark>>({}, { suspended: true }, { open: false }).map((mark) => ({ mark })),
    fc.constant({ withdraws: true as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let state = noticed;
      let restorations = 0;
      let isWithdrawn = false;
      steps.forEach((one, i) => {
        const minute = 100 + i * 20;
        const before = state;
        if ("observation" in one) state = after(state, [minute, one.observation]);
        else if ("withdraws" in one) {
          isWithdrawn = true;
          state = told(state, withdrawn(minute), minute);
        } else if (!isWithdrawn) state = told(state, notice(one.mark), minute);
        expect(state.episode).toBeGreaterThanOrEqual(before.episode);
        if (state.restored === undefined || state.restored.getTime() === before.restored?.getTime()) return;
        restorations += 1;
        expect(state).toMatchObject({ phase: { is: "PRESENT" }, restored: at(minute) });
      });
      expect(restorations).toBeLessThanOrEqual(1);
    }),
    { numRuns: runs(300) },
  );
});

test("it is looked after until its provider's newest word on it is that it cannot restore it", () => {
  const notice = { offeredTime: at(1), withdrawnByDecisionId: "decision-2", restoreWithheld: false };
  const said = (...outcomes: ("REMOVED" | "RESTORED" | "CANNOT_RESTORE")[]) =>
    asksToRestore(
      notice,
      outcomes.map((outcome) => ({ outcome: `OUTCOME_${outcome}` as const })),
    );
  expect([said("REMOVED"), said("REMOVED", "RESTORED"), said("CANNOT_RESTORE", "RESTORED")]).toEqual([
    true,
    true,
    true,
  ]);
  expect([said("CANNOT_RESTORE"), said("RESTORED", "CANNOT_RESTORE")]).toEqual([false, false]);
  expect(asksToRestore({ ...notice, restoreWithheld: true }, [])).toBe(false);
  // Nobody who was never asked to remove it is asked to bring it back.
  expect(asksToRestore({ ...notice, offeredTime: undefined }, [])).toBe(false);
  expect(asksToRestore({ ...notice, withdrawnByDecisionId: "" }, [])).toBe(false);
});
