import { expect, test } from "vitest";
import { at, timelineExample } from "../../test/examples.ts";
import type { CaseTold } from "../timelines/case-told.ts";
import type { CaseView } from "../timelines/case-view.ts";
import { withCase } from "../timelines/timeline.ts";
import { caseColumnsOf, type CaseRow } from "./case-row.ts";
import { caseSheets } from "./cases.ts";
import { heldColumnsOf } from "./held.ts";

const DAY = 24 * 3600;
const now = at(0);

/** A case that was first reported then, and decided. */
function row(reported: number, decided: number | undefined, told: Partial<CaseTold> = {}): CaseRow {
  const decisions = decided === undefined ? [] : [{ decidedTime: at(decided) }];
  const view = { decisions, reportedTime: at(reported), told: { version: 1, ...told } } as unknown as CaseView;
  const { caseFacts = NaN, holdFacts = NaN, ...times } = caseColumnsOf(view) ?? expect.fail();
  const { reported: since = NaN, decided: until = NaN, referred = NaN, acknowledged = NaN } = times;
  return { reported: since, decided: until, referred, acknowledged, facts: caseFacts, holds: holdFacts };
}

/** The names of what it counts among. */
const countedAs = (group: string, one: CaseRow) =>
  caseSheets(now.getTime())
    .filter((sheet) => sheet.group === group)
    .flatMap(({ counts }) => counts.filter(({ when }) => when(one)).map(({ name }) => name));

test("what is decided a day after its report is in time; what is not is overdue later than that", () => {
  const within = ["reported_cases", "assessed", "assessed_within_24_hours", "assessment_due"];
  expect(countedAs("duty to assess", row(-2 * DAY, -DAY))).toEqual(within);
  expect(countedAs("duty to assess", row(-2 * DAY, -DAY + 1))).toEqual(within.filter((name) => !/within/.test(name)));
  expect(countedAs("duty to assess", row(-DAY, undefined))).toEqual(["reported_cases"]);
  const overdue = ["reported_cases", "assessment_due", "assessment_overdue"];
  expect(countedAs("duty to assess", row(-DAY - 1, undefined))).toEqual(overdue);
});

test("a referral is taken within a day, later, or open; what is withdrawn is not open", () => {
  const referred = (acknowledged: number | undefined, more = {}) => {
    const acknowledgedTime = acknowledged === undefined ? {} : { acknowledgedTime: at(acknowledged) };
    const referral = { causes: [], referredTime: at(0), ...acknowledgedTime, ...more };
    return countedAs("referrals to police", row(-1, 0, { referral }));
  };
  const taken = ["referred", "referral_acknowledged"];
  expect(referred(DAY)).toEqual([...taken, "referral_acknowledged_within_a_day"]);
  expect(referred(DAY + 1)).toEqual(taken);
  expect(referred(undefined)).toEqual(["referred", "referral_open"]);
  expect(referred(undefined, { withdrawn: true })).toEqual(["referred", "referral_withdrawn"]);
});

test("a wait for police that goes on has no length yet", () => {
  const columns = (released?: number) => {
    const holds = [{ since: at(-9), ...(released !== undefined && { released: at(released) }) }];
    const timeline = timelineExample({ offeredTime: released === undefined ? undefined : at(released) });
    return heldColumnsOf(withCase(timeline, { reportedTime: at(-90), decidedTime: at(-5), holdsVersion: 1, holds }));
  };
  expect(columns()?.policeWait).toBe(-1);
  expect(columns(400)?.policeWait).toBeGreaterThan(0);
  expect(columns()?.firstWait).toBeUndefined();
});
