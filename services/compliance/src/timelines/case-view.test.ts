import { array, assert, constantFrom, property, record, shuffledSubarray } from "fast-check";
import { describe, expect, test } from "vitest";
import { caseTimes, withCaseFacts, withReport, type CaseView } from "./case-view.ts";
import { at } from "../../test/examples.ts";

const facts = (reportIds: string[], decisionId?: string) => ({
  targetId: "target-1",
  decision: decisionId === undefined ? undefined : { decisionId, decidedTime: at(-5) },
  reportIds,
});

describe("given a case with two reports", () => {
  const given = withCaseFacts(undefined, facts(["b", "a"]));

  test("when none has arrived, both are awaited and the time of the first report is unknown", () => {
    expect(given.awaitedReportIds).toEqual(["a", "b"]);
    expect(caseTimes(given, "decision-1").reportedTime).toBeUndefined();
  });

  test("when both arrive, the earlier one counts, whichever comes first", () => {
    const one = withReport(withReport(given, "a", at(-20)), "b", at(-30));
    const other = withReport(withReport(given, "b", at(-30)), "a", at(-20));
    expect(one).toEqual(other);
    expect(caseTimes(one, "decision-1").reportedTime).toEqual(at(-30));
    expect(one.awaitedReportIds).toEqual([]);
  });

  test("when a report of another case arrives, nothing changes", () => {
    expect(withReport(given, "c", at(-99))).toBe(given);
  });

  test("when a later event names newer reports only, the older ones are still awaited", () => {
    expect(withCaseFacts(given, facts(["c"])).awaitedReportIds).toEqual(["a", "b", "c"]);
  });
});

describe("given a case that was decided twice", () => {
  const twice = {
    ...withCaseFacts(withCaseFacts(undefined, facts([], "decision-2")), {
      ...facts([]),
      decision: { decisionId: "decision-1", decidedTime: at(-40) },
    }),
  };

  test("a notice has the time of its own decision", () => {
    expect(caseTimes(twice, "decision-1").decidedTime).toEqual(at(-40));
    expect(caseTimes(twice, "decision-2").decidedTime).toEqual(at(-5));
    expect(caseTimes(twice, "decision-3").decidedTime).toBeUndefined();
  });

  test("a later event without a decision takes none back", () => {
    expect(withCaseFacts(twice, facts([])).decisions).toEqual(twice.decisions);
  });
});

test("case events in any order, each any number of times, make the same view", () => {
  const id = constantFrom("a", "b", "c", "d");
  const event = record({ reports: array(id, { maxLength: 3 }), decision: constantFrom(undefined, "x", "y") });
  const story = array(event, { minLength: 1, maxLength: 6 }).chain((all) => {
    const shuffled = shuffledSubarray(all, { minLength: all.length });
    return record({ one: shuffled, other: shuffled, again: shuffledSubarray(all) });
  });
  const play = (events: { reports: string[]; decision: string | undefined }[]) =>
    events.reduce<CaseView | undefined>((view, e) => withCaseFacts(view, facts(e.reports, e.decision)), undefined);
  assert(
    property(story, ({ one, other, again }) => {
      expect(play([...other, ...again])).toEqual(play(one));
    }),
  );
});
