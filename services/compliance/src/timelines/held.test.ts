import { assert, boolean, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, at, timelineExample } from "../../test/examples.ts";
import { heldTimesOf, newestHolds, prolonged, type Held } from "./held.ts";
import { numbersOf } from "../scorecard/notice-numbers.ts";
import { timesOf, withCase } from "./timeline.ts";

const hold = (from: number, to?: number, more: Partial<Held> = {}): Held => ({
  since: at(from),
  ...(to !== undefined && { released: at(to) }),
  ...more,
});
const notice = (offered?: number, ended?: number) => ({
  issuedTime: at(0),
  offeredTime: offered === undefined ? undefined : at(offered),
  endedTime: ended === undefined ? undefined : at(ended),
});
const span = (from: number, to?: number) => ({ from: at(from), ...(to !== undefined && { to: at(to) }) });

describe("given holds of a case and its notice", () => {
  test.each<[string, Held[], ReturnType<typeof notice>, object]>([
    ["one of before, released", [hold(-9, 20)], notice(21), { kept: [span(0, 20)], keptBack: false }],
    ["one that came later", [hold(5, 20)], notice(21), { kept: [span(5, 20)] }],
    ["one in force", [hold(-9)], notice(), { kept: [span(0)], keptBack: true }],
    ["one that was over before", [hold(-9, -1)], notice(1), { isHeld: true, kept: [], heldAfterSending: false }],
    ["one that came after sending", [hold(9)], notice(1), { kept: [], keptBack: false, heldAfterSending: true }],
    ["one that came as it was sent", [hold(1)], notice(1), { kept: [], heldAfterSending: true }],
    ["one that was over as it was issued", [hold(-9, 0)], notice(1), { isHeld: true, kept: [] }],
    ["one that outlived the notice", [hold(1)], notice(undefined, 7), { kept: [span(1, 7)], keptBack: false }],
    ["one of each", [hold(3, 9), hold(-1, 5, { first: true })], notice(10), { keptByFirst: [span(0, 5)] }],
    ["none", [], notice(1), { isHeld: false, kept: [], keptBack: false, heldAfterSending: false }],
  ])("when there is %s", (_, holds, one, expected) => {
    expect(heldTimesOf(holds, one)).toMatchObject(expected);
  });

  test("police's and the rule's are told apart", () => {
    const { keptByPolice, keptByFirst } = heldTimesOf([hold(1, 9), hold(-1, 5, { first: true })], notice(10));
    expect([keptByPolice, keptByFirst]).toEqual([[span(1, 9)], [span(0, 5)]]);
  });
});

test("the newest word on holds counts, and what says the same is not written", () => {
  const known = { holdsVersion: 4, holds: [hold(1)] };
  expect(newestHolds(known, { holdsVersion: 5, holds: [hold(1, 9)] })).toEqual({
    holdsVersion: 5,
    holds: [hold(1, 9)],
  });
  expect(newestHolds(known, { holdsVersion: 3, holds: [hold(1, 9)] })).toEqual({});
  expect(newestHolds(known, { holdsVersion: 5, holds: [hold(1)] })).toEqual({});
  expect(newestHolds(known, {})).toEqual({});
});

test("whoever is told to wait waits on while a hold keeps back the word that it is over", () => {
  expect(prolonged([span(1, 9)], [hold(5, 20), hold(15, 30), hold(40, 50)])).toEqual([span(1, 30)]);
  expect(prolonged([span(1, 9)], [hold(5)])).toEqual([span(1)]);
  expect(prolonged([span(1, 9)], [hold(10, 20), hold(2, 8)])).toEqual([span(1, 9)]);
});

test("of several holds all that they kept back stands still, whichever ended last", () => {
  const timeline = timelineExample({ offeredTime: at(101) }, { goneTime: undefined });
  const paused = (...holds: Held[]) =>
    numbersOf(timesOf(withCase(timeline, { reportedTime: at(-90), decidedTime: at(-5), holdsVersion: 1, holds })))
      .paused;
  expect([paused(hold(0, 100)), paused(hold(0, 100), hold(5, 20)), paused(hold(5, 20), hold(0, 100))]).toEqual([
    100_000, 100_000, 100_000,
  ]);
});

test("a hold neither shortens nor lengthens what a provider took, and the whole chain is as long as it was", () => {
  const after = integer({ min: 0, max: 500 });
  const story = record({
    held: after,
    acknowledged: after,
    answered: after,
    seen: after,
    gone: after,
    first: boolean(),
  });
  assert(
    property(story, ({ held, acknowledged, answered, seen, gone, first }) => {
      const sent = (delay: number) => {
        const timeline = timelineExample(
          {
            offeredTime: at(delay + 1),
            acknowledgedTime: at(delay + 1 + acknowledged),
            answers: [answer("OUTCOME_REMOVED", delay + 1 + answered)],
          },
          { lastSeenTime: at(delay + 1 + seen), goneTime: at(delay + 2 + seen + gone) },
        );
        const holds = [hold(-5, delay, first ? { first } : {})];
        const told = delay === 0 ? {} : { holdsVersion: 1, holds };
        return numbersOf(timesOf(withCase(timeline, { reportedTime: at(-90), decidedTime: at(-5), ...told })));
      };
      const [free, kept] = [sent(0), sent(held)];
      const clock = ({ acknowledged: a, answered: b, lastSeen, gone: g, paused }: typeof free) => [
        a,
        b,
        lastSeen,
        g - paused,
      ];
      expect(clock(kept)).toEqual(clock(free));
      expect(kept.gone - kept.decided).toBe(free.gone - free.decided + held * 1000);
    }),
  );
});
