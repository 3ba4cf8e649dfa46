import { array, assert, boolean, constantFrom, integer, option, property, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { at, timesExample } from "../../test/examples.ts";
import { scorecard, values } from "../../test/score.ts";
import { STANDINGS } from "./notice-numbers.ts";
import type { NoticeTimes } from "../timelines/timeline.ts";

const absent = { goneStrength: "GONE_STRENGTH_ABSENT" } as const;
const gone = (seconds: number, changed: Partial<NoticeTimes> = {}) =>
  timesExample({ standing: "gone", ...absent, lastSeenTime: at(seconds - 2), goneTime: at(seconds), ...changed });
const claims = (outcome: NonNullable<NoticeTimes["answer"]>["outcome"], seconds: number) => ({
  acknowledgedTime: at(seconds - 1),
  answer: { outcome, time: at(seconds) },
});

describe("given no notice in the range", () => {
  test("every count is 0 and every time is not reached", () => {
    expect(new Set(Object.values(values([])))).toEqual(new Set([0, "not reached"]));
  });
});

describe("given one notice that was removed", () => {
  const card = values([gone(60, claims("OUTCOME_REMOVED", 10))]);

  test("what was claimed and what was seen are two figures", () => {
    expect(card).toMatchObject({ claimed_removal_time_median: 10, observed_removal_time_median: 60 });
  });

  test("the observed time has a lower bound, the headline is the upper one", () => {
    expect(card).toMatchObject({ observed_removal_time_p90: 60, observed_removal_time_p90_lower_bound: 58 });
  });

  test("acknowledgement counts from issue, report-to-removal from the report", () => {
    expect(card).toMatchObject({ acknowledgement_time_median: 9, report_to_removal_time_median: 160 });
  });
});

describe("given ten notices of which some are open", () => {
  const removed = (n: number) => Array.from({ length: n }, (_, i) => gone((i + 1) * 10));
  const open = (n: number) => Array.from({ length: n }, () => timesExample());

  test("when one is open, the ninetieth percentile still stands", () => {
    expect(values([...removed(9), ...open(1)])).toMatchObject({ observed_removal_time_p90: 90, open: 1 });
  });

  test("when two are open, the ninetieth percentile is not reached and the median stands", () => {
    const card = values([...open(2), ...removed(8)]);
    expect(card).toMatchObject({ observed_removal_time_p90: "not reached", observed_removal_time_median: 50 });
  });

  test("when six are open, the median is not reached either, by either bound", () => {
    const card = values([...removed(4), ...open(6)]);
    expect(card["observed_removal_time_median"]).toBe("not reached");
    expect(card["observed_removal_time_median_lower_bound"]).toBe("not reached");
    expect(card["report_to_removal_time_median"]).toBe("not reached");
  });
});

describe("given requests that ask to edit a page, and such that ask to remove a file", () => {
  const page = { ofPage: true };
  const card = values([gone(10), gone(20), timesExample(), gone(600, page), gone(900, page), timesExample(page)]);

  test("those of pages are counted apart, and among all", () => {
    expect(card).toMatchObject({ issued: 6, observed_gone: 4, issued_of_pages: 3, observed_gone_of_pages: 2 });
  });

  test("each kind has its times, and the headline is over both", () => {
    expect(card).toMatchObject({
      observed_removal_time_median_of_files: 20,
      observed_removal_time_median_of_pages: 900,
      observed_removal_time_p90_of_pages: "not reached",
      observed_removal_time_median: 600,
    });
  });
});

describe("given ends that are no removals", () => {
  test("gone before the offer is counted apart and left out of every time", () => {
    const early = timesExample({
      standing: "gone before offer",
      goneTime: at(1),
      ...claims("OUTCOME_ALREADY_GONE", 5),
    });
    const card = values([early, gone(60)]);
    expect(card).toMatchObject({ issued: 2, gone_before_offer: 1, observed_gone: 1, answered_already_gone: 1 });
    expect(card).toMatchObject({ observed_removal_time_p90: 60, acknowledgement_time_median: "not reached" });
  });

  test.each([
    ["gone when sent", "gone_when_sent"],
    ["gone by persons", "gone_by_persons"],
    ["not sent", "not_sent"],
  ] as const)("%s is counted apart and left out of every time", (standing, name) => {
    const card = values([timesExample({ standing, goneTime: at(1), ...claims("OUTCOME_REMOVED", 5) }), gone(60)]);
    expect(card).toMatchObject({ issued: 2, [name]: 1, observed_gone: 1, gone_before_offer: 0, open: 0 });
    expect(card).toMatchObject({ observed_removal_time_p90: 60, acknowledgement_time_median: "not reached" });
  });

  test("withdrawn is counted apart and left out of every time", () => {
    const card = values([timesExample({ standing: "withdrawn", goneTime: at(5) }), gone(60)]);
    expect(card).toMatchObject({ issued: 2, withdrawn: 1, open: 0, observed_removal_time_p90: 60 });
  });

  test("already gone is an answer, not a claim to have removed", () => {
    const card = values([timesExample(claims("OUTCOME_ALREADY_GONE", 5))]);
    expect(card).toMatchObject({ claimed_removed: 0, claimed_removal_time_median: "not reached", open: 1 });
  });

  test("a claim that was seen to be false stays open, claimed, and contradicted", () => {
    const card = values([timesExample({ ...claims("OUTCOME_REMOVED", 5), claimedStillPresent: true })]);
    expect(card).toMatchObject({ claimed_removed: 1, claimed_still_present: 1, open: 1, observed_gone: 0 });
    expect(card).toMatchObject({ claimed_removal_time_median: 5, observed_removal_time_median: "not reached" });
  });
});

describe("given what eyes say", () => {
  test("gone is told by strength, and by how many networks said so", () => {
    const replaced = gone(50, { goneStrength: "GONE_STRENGTH_REPLACED", singleVantage: true });
    expect(values([gone(60), replaced, gone(70, { singleVantage: true })])).toMatchObject({
      observed_gone: 3,
      gone_absent: 2,
      gone_replaced: 1,
      gone_single_vantage: 2,
    });
  });

  const blind = (seconds: number) => timesExample({ notObservable: true, lastLookTime: at(seconds) });

  test("what cannot be observed is open in every figure, also where release 0.2 called its silence gone", () => {
    const silence = timesExample({ notObservable: true, goneStrength: "GONE_STRENGTH_SILENCE_0_2", goneTime: at(9) });
    expect(values([blind(5), silence, gone(60)])).toMatchObject({
      observed_gone: 1,
      open: 2,
      not_observable: 2,
      gone_silence_0_2: 1,
      observed_removal_time_median: "not reached",
    });
  });

  test("what some eyes are shown, or all of them here, is still present", () => {
    const card = values([timesExample({ cloaked: true }), timesExample({ restrictedHere: true }), timesExample()]);
    expect(card).toMatchObject({ open: 3, cloaked: 1, restricted_here: 1, not_observable: 0, observed_gone: 0 });
  });

  test("the censored time leaves out what cannot be observed from its last look on", () => {
    const removed = [gone(100), gone(200), gone(300)];
    expect(values([...removed, blind(150), blind(150), blind(150)])).toMatchObject({
      observed_removal_time_median: 300,
      observed_removal_time_median_censored: 200,
    });
    const never = Array.from({ length: 3 }, () => timesExample());
    expect(values([...removed, ...never])).toMatchObject({ observed_removal_time_median_censored: 300 });
    expect(values([...removed, ...never, timesExample()])["observed_removal_time_median_censored"]).toBe("not reached");
  });

  test("one of which nobody knows when it could be seen last was watched for no time at all", () => {
    expect(values([timesExample({ notObservable: true }), gone(60)])["observed_removal_time_p90_censored"]).toBe(60);
  });
});

describe("given facts that are missing or odd", () => {
  test("a removal whose report is unknown counts as not reached, never as quick", () => {
    expect(values([gone(60, { reportedTime: undefined })])["report_to_removal_time_median"]).toBe("not reached");
  });

  test("what was last seen before issue gives a lower bound of 0", () => {
    expect(values([gone(1)])["observed_removal_time_median_lower_bound"]).toBe(0);
  });
});

test("every figure has a name of its own and a definition in whole sentences", () => {
  const { figures } = scorecard([]);
  expect(new Set(figures.map((f) => f.name)).size).toBe(figures.length);
  for (const { name, definition } of figures) {
    expect(name).toMatch(/^[a-z0-9_]+$/);
    expect(definition).toMatch(/^[A-Z0-9].*\.$/);
  }
});

test("the environments are named, and the weakest proof", () => {
  const cohort = [
    timesExample({ slotsRequired: 3 }),
    timesExample({ environment: "ENVIRONMENT_DEMO", slotsRequired: 2 }),
    timesExample({ slotsRequired: 0 }),
  ];
  expect(scorecard(cohort)).toMatchObject({
    environments: ["ENVIRONMENT_DEMO", "ENVIRONMENT_TEST"],
    slotsRequired: 2,
  });
  expect(scorecard([])).toMatchObject({ environments: [], slotsRequired: 0 });
});

const second = integer({ min: 0, max: 500 });
const any = tuple(
  constantFrom(...STANDINGS),
  record({ ack: option(second), claim: option(second), gone: second, seen: second, blind: boolean() }),
).map(([standing, t]) =>
  timesExample({
    standing,
    notObservable: standing === "open" && t.blind,
    lastLookTime: standing === "open" && t.blind ? at(t.seen) : undefined,
    goneStrength: t.blind ? "GONE_STRENGTH_REPLACED" : "GONE_STRENGTH_ABSENT",
    acknowledgedTime: t.ack === null ? undefined : at(t.ack),
    answer: t.claim === null ? undefined : { outcome: "OUTCOME_REMOVED", time: at(t.claim) },
    lastSeenTime: at(Math.min(t.seen, t.gone)),
    goneTime: at(t.gone),
  }),
);
const cohorts = array(any, { maxLength: 30 });
const timesIn = (card: Record<string, number | "not reached">) =>
  Object.entries(card).filter(([name]) => name.includes("_time_"));
const length = (value: number | "not reached" | undefined) => (typeof value === "number" ? value : Infinity);

test("every issued one is in exactly one end", () => {
  assert(
    property(cohorts, (cohort) => {
      const { issued, observed_gone, gone_absent, gone_replaced, open, ...others } = values(cohort);
      const apart = ["gone_by_persons", "gone_before_offer", "gone_when_sent", "not_sent", "withdrawn"];
      const ends = [observed_gone, open, ...apart.map((name) => others[name])].map(Number);
      expect(issued).toBe(cohort.length);
      expect(ends.reduce((sum, n) => sum + n, 0)).toBe(cohort.length);
      expect(Number(gone_absent) + Number(gone_replaced)).toBe(observed_gone);
      for (const among of ["not_observable", "cloaked", "restricted_here", "claimed_still_present"])
        expect(Number(others[among])).toBeLessThanOrEqual(Number(open));
    }),
  );
});

test("an open one more never makes a time shorter: none is ever dropped", () => {
  assert(
    property(cohorts, (cohort) => {
      const after = values([...cohort, timesExample()]);
      for (const [name, before] of timesIn(values(cohort))) {
        if (before !== "not reached") expect(length(after[name])).toBeGreaterThanOrEqual(length(before));
      }
      if (cohort.every((n) => n.standing === "open")) expect(after["observed_removal_time_median"]).toBe("not reached");
    }),
  );
});

test("the censored time is never above the headline", () => {
  assert(
    property(cohorts, (cohort) => {
      const card = values(cohort);
      for (const share of ["median", "p90"]) {
        const [censored, headline] = ["_censored", ""].map((end) => card[`observed_removal_time_${share}${end}`]);
        expect(length(censored)).toBeLessThanOrEqual(length(headline));
      }
    }),
  );
});

test("the lower bound is never above the headline, the median never above the ninetieth percentile", () => {
  assert(
    property(cohorts, (cohort) => {
      const card = values(cohort);
      for (const [name, value] of timesIn(card)) {
        if (name.includes("median"))
          expect(length(card[name.replace("median", "p90")])).toBeGreaterThanOrEqual(length(value));
      }
      const [low, high] = [card["observed_removal_time_median_lower_bound"], card["observed_removal_time_median"]];
      expect(length(low)).toBeLessThanOrEqual(length(high));
    }),
  );
});
