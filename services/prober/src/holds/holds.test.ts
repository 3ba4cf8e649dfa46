import fc from "fast-check";
import type { Hold } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import { aHold, at, newTarget, rules } from "../../test/examples.ts";
import { claimed, done, failedOnce, freed, postponed, putOff, released } from "../schedule/claim.ts";
import { allowed, dueOf, lookBegun, stopOf, withMet } from "./holds.ts";
import { queueOf } from "../schedule/lane.ts";
import { nextDue, withNotice, withReport } from "../schedule/schedule.ts";
import type { Target } from "../targets/target-state.ts";
import { concernsLooks, withHolds } from "./told-holds.ts";

const LEASE_MS = 120_000;
const told = (target: Target, version: number, holds: Hold[], minute = version, episode = target.episode): Target =>
  withHolds(target, { episode, version, holds: { holds, earlier: undefined } }, at(minute)) ?? target;
const over = aHold({ releasedTime: at(9) });
const everyMinutes = (minutes: number) => aHold({ lookEvery: { seconds: BigInt(60 * minutes), nanos: 0 } });

const asks = { trace: {}, lane: "report/somebody" };
const reported = (target: Target, minute: number, id = `report at ${minute}`) =>
  withReport(target, { ...asks, id, receivedTime: at(minute), address: target.address }, at(minute)) ?? target;
const noticed = (target: Target, minute: number, answers = 0) => {
  const mark = { id: "notice-1", version: minute, episode: 1, open: true, answers, since: at(0) };
  return withNotice(target, mark, { ...asks, lane: "answer/alpha" }, at(minute)) ?? target;
};

const held = told(reported(newTarget(), 1), 2, [aHold()]);

describe("while looks are stopped", () => {
  test("nothing makes it due, whoever asks, and whatever ended; then it is due once, in the lane of who asked", () => {
    const step = fc.constantFrom<(target: Target, minute: number) => Target>(
      reported,
      noticed,
      (target, minute) => noticed(target, minute, minute),
      (target, minute) => putOff(target, at(minute)),
      (target, minute) => postponed(target, at(minute)),
      (target, minute) => failedOnce(target, at(minute)),
      (target, minute) => released(target, at(minute)),
      (target, minute) => done(target, at(minute), nextDue(target, at(minute), rules)),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const waiting = steps.reduce((target, ask, i) => ask(target, 10 + i), held);
        expect([dueOf(waiting), queueOf(waiting)]).toEqual([undefined, undefined]);
        const end = 1000;
        const free = told(waiting, 3, [over], end);
        expect(dueOf(free)).toEqual(at(end));
        const looked = done(claimed(free, at(end), LEASE_MS), at(end), at(end + 60));
        expect(dueOf(looked)).toEqual(at(end + 60));
      }),
    );
    expect(queueOf(told(noticed(held, 3), 4, [over]))).toMatch(/^report\/somebody\|/);
  });

  test("a claim in hand lasts to its end, and one that came to none is not followed by a look", () => {
    const inHand = told(claimed(reported(newTarget(), 1), at(2), LEASE_MS), 3, [aHold()]);
    expect(dueOf(inHand)).toEqual(at(4));
    expect(allowed(inHand)).toBeUndefined();
    expect(dueOf(done(inHand, at(3), at(15)))).toBeUndefined();
    expect(allowed(freed(claimed(inHand, at(60), LEASE_MS), at(3), LEASE_MS) ?? newTarget())).toBeUndefined();
    expect(dueOf(released(inHand, at(4)))).toBeUndefined();
  });

  test("what ends meanwhile in hand is followed by the look that the end asks for", () => {
    const inHand = claimed(told(newTarget(), 1, [everyMinutes(1)]), at(5), LEASE_MS);
    const free = told(inHand, 2, [over], 6);
    expect(dueOf(done(free, at(6), at(500)))).toEqual(at(6));
  });
});

describe("a hold that names how often", () => {
  const slow = told(newTarget(), 1, [everyMinutes(30)], 10);

  test("lets looks begin so far apart, counted from its begin and then from the last look", () => {
    expect(dueOf(reported(slow, 11))).toEqual(at(40));
    const looked = done(claimed(slow, at(41), LEASE_MS), at(42), at(43));
    expect(dueOf(looked)).toEqual(at(71));
    expect(dueOf(done(claimed(slow, at(41), LEASE_MS), at(42), at(600)))).toEqual(at(600));
    expect(dueOf(failedOnce(claimed(slow, at(41), LEASE_MS), at(41)))).toEqual(at(71));
  });

  test("is outweighed by one that is stricter, and by one that names none", () => {
    expect(dueOf(told(slow, 2, [everyMinutes(30), everyMinutes(60)]))).toEqual(at(70));
    expect(dueOf(told(slow, 2, [everyMinutes(30), aHold()]))).toBeUndefined();
    expect(dueOf(told(slow, 2, [everyMinutes(30), aHold({ releasedTime: at(1) })]))).toEqual(at(40));
    expect(dueOf(told(told(slow, 2, [aHold()]), 3, [everyMinutes(30)], 12))).toEqual(at(40));
  });
});

describe("what says nothing of looks", () => {
  test("is a hold that keeps notices back alone, beside one that stops them too", () => {
    const first = aHold({ cause: "HOLD_CAUSE_POLICE_FIRST", looksGoOn: true });
    expect(concernsLooks({ holds: [first], earlier: undefined })).toBe(false);
    expect(concernsLooks({ holds: [first, over], earlier: undefined })).toBe(true);
    expect(concernsLooks({ holds: [first], earlier: { seconds: 1n, nanos: 0 } })).toBe(true);
    expect(dueOf(told(reported(newTarget(), 5), 6, [first, over]))).toEqual(at(5));
    expect(dueOf(told(newTarget(), 1, [first, everyMinutes(30)]))).toEqual(at(31));
  });

  test("is the case of an earlier episode, from the moment that another begins", () => {
    const next = { ...held, episode: 2 };
    expect([stopOf(next), dueOf(reported(next, 7))]).toEqual([undefined, at(7)]);
    expect(withHolds(next, { episode: 1, version: 9, holds: { holds: [aHold()], earlier: undefined } }, at(9))).toBe(
      undefined,
    );
    expect(lookBegun(next, at(8))).toBe(next);
    expect(stopOf(told(next, 1, [aHold()]))).toBeDefined();
  });
});

test("an event that comes twice is no news", () => {
  const held = told(newTarget(), 1, [aHold()]);
  expect(withHolds(held, { episode: 1, version: 1, holds: { holds: [aHold()], earlier: undefined } }, at(9))).toBe(
    undefined,
  );
});

test("whatever order events come in, and however often, the newest version is what counts", () => {
  const versions = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 });
  fc.assert(
    fc.property(versions, (order) => {
      const holdsAt = (version: number) => [version % 2 === 0 ? over : aHold()];
      const end = order.reduce((target, version) => told(target, version, holdsAt(version)), newTarget());
      expect(stopOf(end) === undefined).toBe(Math.max(...order) % 2 === 0);
    }),
  );
});

describe("what met a mark before its first look", () => {
  const address = newTarget().address;
  const met = withMet(newTarget(), { time: at(1), address, ips: [] }, newTarget());

  test("is asked again in an hour, unless its case's holds say what then", () => {
    expect(dueOf(reported(met, 2))).toEqual(at(61));
    const stopped = told(met, 2, [aHold()]);
    expect([dueOf(stopped), stopped.met]).toEqual([undefined, undefined]);
    expect(dueOf(told(met, 2, [over], 3))).toEqual(at(3));
  });

  test("and was told of holds while it was asked, is asked anew at once", () => {
    const toldSince = told(reported(newTarget(), 1), 2, [over]);
    expect(withMet(toldSince, { time: at(3), address, ips: [] }, newTarget())).toBe(toldSince);
    // Of the next episode's case, whose versions begin anew.
    const toldOfAnother = told(toldSince, 2, [over], 3, 2);
    expect(withMet(toldOfAnother, { time: at(4), address, ips: [] }, toldSince)).toBe(toldOfAnother);
  });
});

test("the end of a hold takes up nothing that is no longer watched, unless it was reported meanwhile", () => {
  const closed: Target = { ...held, phase: { is: "CLOSED", was: { is: "PRESENT" } } };
  const { dueAt: _, ...work } = { ...closed.work, wantedAtClaim: closed.work.wanted };
  expect(dueOf(told({ ...closed, work }, 9, [over]))).toBeUndefined();
  expect(dueOf(told(reported({ ...closed, work }, 8), 9, [over]))).toEqual(at(9));
});
