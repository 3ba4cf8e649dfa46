import { array, assert, constantFrom, integer, property, record, shuffledSubarray } from "fast-check";
import { describe, expect, test } from "vitest";
import { caseTimes, withCaseFacts, withReport, type CaseView } from "./case-view.ts";
import { at } from "../../test/examples.ts";

const told = (revision: number, seconds: number | undefined, reportIds: string[] = [], decisionId?: string) => ({
  decision: decisionId === undefined ? undefined : { decisionId, decidedTime: at(-5) },
  firstReport: { time: seconds === undefined ? undefined : at(seconds), revision },
  reportIds,
});
/** As release 0.2 told it: the newest reports, and not when the first was received. */
const facts = (reportIds: string[], decisionId?: string) => told(0, undefined, reportIds, decisionId);

describe("given a case that tells its first report", () => {
  const given = withCaseFacts(undefined, told(1, -20, ["b", "a"]));

  test("when no report has arrived, the time is known and none is awaited", () => {
    expect(caseTimes(given, "decision-1")).toMatchObject({ reportedTime: at(-20), reportedRevision: 1 });
    expect(given.awaitedReportIds).toEqual([]);
  });

  test("when an event says nothing new, the view is the very same", () => {
    expect(withCaseFacts(given, told(1, -20, ["c", "b"]))).toBe(given);
  });

  test("when another report turns out to be the first, or it belonged to another episode, the newest word counts", () => {
    const moved = withCaseFacts(given, told(3, -10));
    expect(moved.reportedTime).toEqual(at(-10));
    expect(withCaseFacts(moved, told(2, -30))).toBe(moved);
    expect(withCaseFacts(moved, told(4, undefined)).reportedTime).toBeUndefined();
  });

  test("when an event of release 0.2 comes late, it changes nothing", () => {
    expect(withCaseFacts(given, facts(["z"]), new Map([["z", at(-99)]]))).toBe(given);
  });

  test("when it was awaited report by report before, that ends", () => {
    const pieced = withCaseFacts(undefined, facts(["a", "z"]), new Map([["a", at(-5)]]));
    expect(withCaseFacts(pieced, told(1, -20))).toEqual(given);
  });
});

describe("given a case of release 0.2 with two reports", () => {
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

  test("when one had arrived before, only the other is awaited", () => {
    const view = withCaseFacts(undefined, facts(["b", "a"]), new Map([["a", at(-20)]]));
    expect(view).toMatchObject({ awaitedReportIds: ["b"], reportedTime: at(-20) });
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

test("case events in any order, each any number of times, old ones among them, make the same view", () => {
  const id = constantFrom("a", "b", "c", "d");
  const event = record({
    reports: array(id, { maxLength: 3 }),
    decision: constantFrom(undefined, "x", "y"),
    revision: integer({ min: 0, max: 3 }),
  });
  const story = array(event, { minLength: 1, maxLength: 6 }).chain((all) => {
    const shuffled = shuffledSubarray(all, { minLength: all.length });
    return record({ one: shuffled, other: shuffled, again: shuffledSubarray(all) });
  });
  type Told = { reports: string[]; decision: string | undefined; revision: number };
  const play = (events: readonly Told[]) =>
    events.reduce<CaseView | undefined>(
      (view, { revision, reports, decision }) => withCaseFacts(view, told(revision, revision, reports, decision)),
      undefined,
    );
  assert(
    property(story, ({ one, other, again }) => {
      expect(play([...other, ...again])).toEqual(play(one));
    }),
  );
});

describe("given who decided", () => {
  const decided = (byPerson?: true) => ({
    ...told(1, -20),
    decision: { decisionId: "decision-1", decidedTime: at(-5), ...(byPerson && { byPerson }) },
  });

  test("when a person did, a notice of that decision is told so, and no other", () => {
    const view = withCaseFacts(undefined, decided(true));
    expect(caseTimes(view, "decision-1")).toMatchObject({ decidedTime: at(-5), byPerson: true });
    expect(caseTimes(view, "decision-2").byPerson).toBeUndefined();
    expect(withCaseFacts(view, decided(true))).toBe(view);
  });

  test("when a page was decided for what it embeds, a notice of that decision is told so, and no other", () => {
    const { decision } = decided(true);
    const view = withCaseFacts(undefined, { ...told(1, -20), decision: { ...decision, embedded: true } });
    expect(caseTimes(view, "decision-1")).toMatchObject({ ofPage: true });
    expect(caseTimes(view, "decision-2").ofPage).toBeUndefined();
  });

  test("when release 0.2 did not note it, the same decision told again does", () => {
    const old = withCaseFacts(undefined, decided());
    expect(caseTimes(old, "decision-1").byPerson).toBeUndefined();
    expect(withCaseFacts(old, decided(true))).toEqual(withCaseFacts(undefined, decided(true)));
    expect(withCaseFacts(old, decided())).toBe(old);
  });
});
