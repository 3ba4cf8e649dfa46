import { GoneStrength } from "@ntd/proto/prober/v1/target";
import { array, assert, boolean, constantFrom, integer, option, property, record, shuffledSubarray } from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, at, noticeExample, targetExample, timelineExample } from "../../test/examples.ts";
import { STANDINGS } from "../scorecard/notice-numbers.ts";
import {
  timesOf,
  withCase,
  withNotice,
  withTarget,
  type Answered,
  type NoticeFacts,
  type TargetFacts,
  type Timeline,
} from "./timeline.ts";

const seconds = integer({ min: -50, max: 100 });
const time = option(seconds.map(at), { nil: undefined });

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

describe("given how sure gone is", () => {
  const strength = (goneStrength: GoneStrength) => ({ goneTime: at(30), goneStrength });
  const standing = (notice: Partial<NoticeFacts>, target: Partial<TargetFacts>, byPerson?: true) => {
    const timeline = timelineExample(notice, target);
    return timesOf(byPerson ? { ...timeline, byPerson } : timeline).standing;
  };
  const [before, after] = [{ offeredTime: at(1) }, { offeredTime: at(40) }];

  test.each([
    ["GONE_STRENGTH_ABSENT", "gone", "gone before offer", "gone when sent"],
    ["GONE_STRENGTH_REPLACED", "gone", "gone when sent", "gone when sent"],
    ["GONE_STRENGTH_PERSON", "gone by persons", "gone when sent", "gone when sent"],
    ["GONE_STRENGTH_SILENCE_0_2", "open", "open", "open"],
  ] as const)("%s: %s after the offer; before it %s by a machine and %s by a person", (how, later, machine, person) => {
    for (const byPerson of [undefined, true] as const) expect(standing(before, strength(how), byPerson)).toBe(later);
    for (const notice of [after, {}]) {
      expect([standing(notice, strength(how)), standing(notice, strength(how), true)]).toEqual([machine, person]);
    }
  });

  test("when it was closed unsent, it was not sent, unless it says that it was gone before", () => {
    const closed = { closed: true } as const;
    for (const how of [{}, strength("GONE_STRENGTH_REPLACED"), strength("GONE_STRENGTH_ABSENT")])
      expect(standing(closed, how)).toBe("not sent");
    expect(standing({ ...closed, goneBeforeOffer: true }, {})).toBe("gone before offer");
    expect(standing({ ...closed, ...before }, strength("GONE_STRENGTH_ABSENT"))).toBe("gone");
  });

  test("when release 0.2 did not tell, eyes of one network found nothing there", () => {
    const times = timesOf(timelineExample(before, { goneTime: at(30) }));
    expect(times).toMatchObject({ standing: "gone", goneStrength: "GONE_STRENGTH_ABSENT", singleVantage: true });
    const told = timesOf(timelineExample(before, strength("GONE_STRENGTH_ABSENT")));
    expect(told.singleVantage).toBe(false);
  });

  test("when silence is called gone, it is told so, and cannot be observed since it was last seen", () => {
    const silent = { ...strength("GONE_STRENGTH_SILENCE_0_2"), lastSeenTime: at(20) };
    expect(timesOf(timelineExample(before, silent))).toMatchObject({
      goneTime: at(30),
      goneStrength: "GONE_STRENGTH_SILENCE_0_2",
      notObservable: true,
      lastLookTime: at(20),
    });
  });
});

describe("given that it is not gone", () => {
  const open = (target: Partial<TargetFacts>) => timesOf(timelineExample({ offeredTime: at(1) }, target));

  test("when nobody can see it, it is open and not observable, until the last look that could see", () => {
    const unseen = open({ unseen: { lastLookTime: at(9) } });
    expect(unseen).toMatchObject({ standing: "open", notObservable: true, lastLookTime: at(9) });
    expect(open({ unseen: { lastLookTime: undefined }, lastSeenTime: at(3) }).lastLookTime).toEqual(at(3));
    expect(open({})).toMatchObject({ notObservable: false, lastLookTime: undefined });
  });

  test("when some eyes are shown something else, or all of this country, it is still present", () => {
    const shown = { cloaked: true, restrictedHere: true } as const;
    expect(open(shown)).toMatchObject({ standing: "open", ...shown });
    expect(open({ ...shown, goneTime: at(30) })).toMatchObject({
      standing: "gone",
      cloaked: false,
      restrictedHere: false,
    });
  });
});

test("every notice stands in exactly one place, and only an open one can be what open ones are", () => {
  const strengths = option(constantFrom(...Object.values(GoneStrength).slice(1, 5)), { nil: undefined });
  const facts = record({
    notice: record({
      withdrawn: boolean(),
      closed: constantFrom(undefined, true as const),
      goneBeforeOffer: boolean(),
      offeredTime: time,
      goneTime: time,
      goneStrength: strengths,
    }),
    target: option(
      record({
        goneTime: time,
        goneStrength: strengths,
        cloaked: constantFrom(undefined, true as const),
        unseen: constantFrom(undefined, { lastLookTime: at(7) }),
        restrictedHere: constantFrom(undefined, true as const),
      }),
      { nil: undefined },
    ),
    byPerson: constantFrom(undefined, true as const),
  });
  assert(
    property(facts, ({ notice, target, byPerson }) => {
      const defined = <T extends object>(some: T) =>
        Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
      const times = timesOf({
        ...timelineExample(defined(notice), target && defined(target)),
        ...defined({ byPerson }),
      });
      expect(STANDINGS).toContain(times.standing);
      const { notObservable, cloaked, restrictedHere, claimedStillPresent } = times;
      if (times.standing !== "open")
        expect([notObservable, cloaked, restrictedHere, claimedStillPresent]).toEqual([false, false, false, false]);
      if (times.standing === "gone") expect(times.goneStrength).toMatch(/ABSENT|REPLACED/);
      if (notice.offeredTime === undefined) expect(["gone", "gone by persons"]).not.toContain(times.standing);
    }),
  );
});

describe("given answers", () => {
  const answered = (...answers: Answered[]) =>
    timesOf(timelineExample({ offeredTime: at(1), answers }, { lastSeenTime: at(60) }));

  test("the last one stands, in whatever order they are listed", () => {
    const said = [answer("OUTCOME_DISPUTED", 10), answer("OUTCOME_REMOVED", 20)];
    expect(answered(...said).answer).toEqual({ outcome: "OUTCOME_REMOVED", time: at(20) });
    expect(answered(...said.toReversed()).answer).toEqual({ outcome: "OUTCOME_REMOVED", time: at(20) });
  });

  test("that a hotline told police or the provider is no answer, and takes nothing from one", () => {
    const told = { ...answer("OUTCOME_UNSPECIFIED", 20), action: "HOTLINE_ACTION_REPORTED_TO_POLICE" as const };
    expect(answered(told).answer).toBeUndefined();
    expect(answered(told).acknowledgedTime).toEqual(at(20));
    const both = answered(answer("OUTCOME_REMOVED", 10), told);
    expect(both.answer).toEqual({ outcome: "OUTCOME_REMOVED", time: at(10) });
    expect(both.hotlineAction).toBe("HOTLINE_ACTION_REPORTED_TO_POLICE");
  });

  test("of two that came at once the one that is listed later stands", () => {
    const police = { ...answer("OUTCOME_UNSPECIFIED", 20), action: "HOTLINE_ACTION_REPORTED_TO_POLICE" as const };
    const removed = { ...answer("OUTCOME_REMOVED", 20), action: "HOTLINE_ACTION_CONTENT_REMOVED" as const };
    expect(answered(police, answer("OUTCOME_DISPUTED", 20), removed)).toMatchObject({
      answer: { outcome: "OUTCOME_REMOVED" },
      hotlineAction: "HOTLINE_ACTION_CONTENT_REMOVED",
    });
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
            withCase(t, { ...c, decidedTime: at(-5), byPerson: true, ofPage: true }),
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
