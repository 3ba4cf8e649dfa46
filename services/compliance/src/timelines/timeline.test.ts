import { array, assert, constantFrom, integer, option, property, record, shuffledSubarray } from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, at, noticeExample, targetExample, timelineExample } from "../../test/examples.ts";
import { timesOf, withCase, withNotice, withTarget, type Answered, type Timeline } from "./timeline.ts";

describe("given a notice that was offered", () => {
  const offered = { offeredTime: at(1) };

  test("when the target is gone later, it is gone in the interval that the prober names", () => {
    const times = timesOf(timelineExample(offered, { lastSeenTime: at(20), goneTime: at(30) }));
    expect(times).toMatchObject({ standing: "gone", lastSeenTime: at(20), goneTime: at(30) });
  });

  test("when the target was already missed at the moment of the offer, it was gone before", () => {
    expect(timesOf(timelineExample(offered, { goneTime: at(1) })).standing).toBe("gone before offer");
    expect(timesOf(timelineExample(offered, { goneTime: at(1.001) })).standing).toBe("gone");
  });

  test("when only the notice has heard that the target is gone, that stands in", () => {
    const heard = { ...offered, lastSeenTime: at(5), goneTime: at(9) };
    expect(timesOf(timelineExample(heard))).toMatchObject({ standing: "gone", goneTime: at(9) });
    expect(timesOf(timelineExample(heard, { lastSeenTime: at(4) }))).toMatchObject({ lastSeenTime: at(5) });
    expect(timesOf(timelineExample(heard, { goneTime: at(8) }))).toMatchObject({ goneTime: at(8) });
  });

  test("when nothing more happens, it is open", () => {
    expect(timesOf(timelineExample(offered, {}))).toMatchObject({ standing: "open", claimedStillPresent: false });
  });

  test("when it is withdrawn, it is withdrawn, gone or not", () => {
    expect(timesOf(timelineExample({ ...offered, withdrawn: true })).standing).toBe("withdrawn");
    expect(timesOf(timelineExample({ ...offered, withdrawn: true }, { goneTime: at(9) })).standing).toBe("withdrawn");
  });
});

describe("given a notice that was never offered", () => {
  test("when its target is gone, it was gone before the offer", () => {
    expect(timesOf(timelineExample({}, { goneTime: at(50) })).standing).toBe("gone before offer");
  });

  test("when the notice says so itself, it was gone before the offer", () => {
    expect(timesOf(timelineExample({ goneBeforeOffer: true })).standing).toBe("gone before offer");
  });
});

describe("given answers", () => {
  const answered = (...answers: Answered[]) =>
    timesOf(timelineExample({ offeredTime: at(1), answers }, { lastSeenTime: at(60) }));

  test("the last one stands, in whatever order they are listed", () => {
    const said = [answer("OUTCOME_DISPUTED", 10), answer("OUTCOME_REMOVED", 20)];
    expect(answered(...said).answer).toEqual({ outcome: "OUTCOME_REMOVED", time: at(20) });
    expect(answered(...said.toReversed()).answer).toEqual({ outcome: "OUTCOME_REMOVED", time: at(20) });
  });

  test("one to an older revision that comes late does not stand", () => {
    const said = [answer("OUTCOME_REMOVED", 10, 2), answer("OUTCOME_DISPUTED", 20, 1)];
    expect(answered(...said).answer?.outcome).toBe("OUTCOME_REMOVED");
  });

  test("one that is repeated counts from the first time, unless there was another in between", () => {
    const [removed10, removed20] = [answer("OUTCOME_REMOVED", 10), answer("OUTCOME_REMOVED", 20)];
    expect(answered(removed10, removed20).answer?.time).toEqual(at(10));
    expect(answered(removed10, answer("OUTCOME_CANNOT_COMPLY", 15), removed20).answer?.time).toEqual(at(20));
  });

  test("an answer without an acknowledgement implies it", () => {
    expect(answered(answer("OUTCOME_REMOVED", 10), answer("OUTCOME_REMOVED", 5)).acknowledgedTime).toEqual(at(5));
  });

  test.each(["OUTCOME_REMOVED", "OUTCOME_ACCESS_DISABLED", "OUTCOME_BLOCKED", "OUTCOME_ALREADY_GONE"] as const)(
    "%s is contradicted by what was seen after it, and only after it",
    (outcome) => {
      expect(answered(answer(outcome, 59)).claimedStillPresent).toBe(true);
      expect(answered(answer(outcome, 60)).claimedStillPresent).toBe(false);
    },
  );

  test.each(["OUTCOME_NOT_HOSTED_HERE", "OUTCOME_CANNOT_COMPLY", "OUTCOME_DISPUTED"] as const)(
    "%s claims no removal, so nothing contradicts it",
    (outcome) => {
      expect(answered(answer(outcome, 10)).claimedStillPresent).toBe(false);
    },
  );

  test("a false claim stops being one when the target is gone in the end", () => {
    const answers = [answer("OUTCOME_REMOVED", 10)];
    const end = timesOf(timelineExample({ offeredTime: at(1), answers }, { lastSeenTime: at(60), goneTime: at(70) }));
    expect(end).toMatchObject({ standing: "gone", claimedStillPresent: false });
  });
});

const seconds = integer({ min: -50, max: 100 });
const time = option(seconds.map(at), { nil: undefined });
const version = integer({ min: 1, max: 4 });
// One event per version, as an aggregate makes them.
const perVersion = <T extends { version: number }>(facts: T[]) => [
  ...new Map(facts.map((f) => [f.version, f])).values(),
];
const notices = array(record({ version, offeredTime: time, acknowledgedTime: time, goneTime: time }), { minLength: 1 });
const targets = array(record({ version, lastSeenTime: time, goneTime: time, slotsRequired: constantFrom(2, 3) }));
const cases = array(record({ reportedTime: time }));
type Step = (timeline: Timeline) => Timeline;

test("the same facts in any order, each any number of times, make the same timeline", () => {
  const story = record({ notices, targets, cases }).chain((facts) => {
    const all: Step[] = [
      ...perVersion(facts.notices).map(
        (n): Step =>
          (t) =>
            withNotice(t, noticeExample(n)),
      ),
      ...perVersion(facts.targets).map(
        (n): Step =>
          (t) =>
            withTarget(t, targetExample(n)),
      ),
      ...facts.cases.map(
        (c): Step =>
          (t) =>
            withCase(t, { ...c, decidedTime: at(-5) }),
      ),
    ];
    const shuffled = shuffledSubarray(all, { minLength: all.length });
    return record({ one: shuffled, other: shuffled, again: shuffledSubarray(all) });
  });
  const begun = withNotice(undefined, noticeExample({ version: 0 }));
  const play = (steps: Step[]) => steps.reduce((timeline, step) => step(timeline), begun);
  assert(
    property(story, ({ one, other, again }) => {
      expect(play([...other, ...again])).toEqual(play(one));
    }),
  );
});

test("the first report and the decision stay whatever a case says later", () => {
  let timeline = withCase(timelineExample(), { reportedTime: at(-9), decidedTime: at(-2) });
  timeline = withCase(timeline, { reportedTime: at(-3), decidedTime: undefined });
  expect(timesOf(timeline)).toMatchObject({ reportedTime: at(-9), decidedTime: at(-2) });
});

test("what is claimed never moves what was seen", () => {
  const outcome = constantFrom(
    "OUTCOME_REMOVED" as const,
    "OUTCOME_ALREADY_GONE" as const,
    "OUTCOME_DISPUTED" as const,
  );
  const answers = array(record({ outcome, revision: integer({ min: 1, max: 2 }), receivedTime: seconds.map(at) }));
  assert(
    property(answers, targets, time, (given, [target], offeredTime) => {
      const claimed = timesOf(timelineExample({ offeredTime, answers: given }, target));
      const silent = timesOf(timelineExample({ offeredTime }, target));
      expect(claimed).toMatchObject({
        standing: silent.standing,
        goneTime: silent.goneTime,
        lastSeenTime: silent.lastSeenTime,
      });
    }),
  );
});
