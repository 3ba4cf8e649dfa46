import { array, assert, constantFrom, integer, option, property, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { at, timesExample } from "../../test/examples.ts";
import { columnsOf, numbersOf } from "./notice-numbers.ts";
import { scorecard as inSteps, type Scorecard } from "./scorecard.ts";
import type { NoticeTimes } from "../timelines/timeline.ts";

/** The cohort in parts of three: no figure may depend on where a part ends. */
function scorecard(cohort: readonly NoticeTimes[]): Scorecard {
  const numbers = cohort.map(numbersOf);
  const parts = Array.from({ length: Math.ceil(cohort.length / 3) }, (_, i) => numbers.slice(3 * i, 3 * i + 3));
  const steps = inSteps(parts.map(columnsOf));
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

function values(cohort: readonly NoticeTimes[]): Record<string, number | "not reached"> {
  const entries = scorecard(cohort).figures.map(({ name, value }) => {
    if (value.kind === "not reached") return [name, "not reached"] as const;
    return [name, value.kind === "count" ? value.count : value.ms / 1000] as const;
  });
  return Object.fromEntries(entries);
}

const gone = (seconds: number, changed: Partial<NoticeTimes> = {}) =>
  timesExample({ standing: "gone", lastSeenTime: at(seconds - 2), goneTime: at(seconds), ...changed });
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
  constantFrom("withdrawn", "gone before offer", "gone", "open" as const),
  record({ ack: option(second), claim: option(second), gone: second, seen: second }),
).map(([standing, t]) =>
  timesExample({
    standing: standing as NoticeTimes["standing"],
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
      const { issued, observed_gone, gone_before_offer, withdrawn, open } = values(cohort);
      const ends = [observed_gone, gone_before_offer, withdrawn, open].map(Number);
      expect(issued).toBe(cohort.length);
      expect(ends.reduce((sum, n) => sum + n, 0)).toBe(cohort.length);
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
