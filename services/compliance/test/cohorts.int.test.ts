import type { Cohort } from "@ntd/proto/compliance/v1/compliance_service";
import { runs } from "@ntd/testing/runs";
import { assert, asyncProperty, shuffledSubarray, tuple } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cohortStory, hold, holds } from "./cohort-story.ts";
import { at } from "./examples.ts";
import { openOneStore, type OneStore } from "./one-store.ts";
import { getScorecard } from "../src/scorecard/rpc-get-scorecard.ts";
import { caseStep, clock, notice, report, target, type Step } from "./steps.ts";

let store: OneStore;
beforeAll(async () => {
  store = await openOneStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const COHORTS = ["COHORT_NOTICES", "COHORT_ABROAD", "COHORT_HELD", "COHORT_CASES", "COHORT_REPORTS"] as const;
type Values = Record<string, number | string>;

/** Figures of every cohort by their names, "name of kind" where of one kind; times in seconds. */
async function figuresOf(steps: readonly Step[], asOf = 1000): Promise<Record<(typeof COHORTS)[number], Values>> {
  return store.inEmpty(async (collections) => {
    for (const step of steps) await step(collections);
    const card = getScorecard({ ...collections, clock: { now: () => at(asOf) } });
    const each = COHORTS.map(async (cohort) => {
      const { figures } = await card({ providerId: "", fromTime: at(-1000), toTime: at(1000), cohort });
      const values = figures.map(({ name, of, group, value }): [string, number | string] => {
        const about =
          group?.startsWith("reports by threat") || group?.startsWith("reports by channel") ? `${group}: ` : "";
        const full = `${about}${name}${of === undefined ? "" : ` of ${of}`}`;
        if (value?.$case === "duration") return [full, Number(value.value.seconds) + value.value.nanos / 1e9];
        if (value?.$case === "share") return [full, value.value];
        return [full, value?.$case === "count" ? Number(value.value) : "not reached"];
      });
      return [cohort, Object.fromEntries(values)] as const;
    });
    return Object.fromEntries(await Promise.all(each)) as Record<Cohort, Values>;
  });
}

test("a hold keeps a notice back, which is a wait of police's and no time of the provider's", async () => {
  const { COHORT_NOTICES: card, COHORT_HELD: waits } = await figuresOf(cohortStory);
  expect(waits).toMatchObject({
    held_notices: 1,
    kept_back_now: 0,
    already_sent: 1,
    kept_back_by_police: 1,
    police_hold_wait_median: 30,
    police_hold_wait_max: 30,
    kept_back_by_police_first: 1,
    police_first_wait_p90: 60,
  });
  expect(card).toMatchObject({
    issued: 1,
    kept_back: 0,
    // Kept back for 60 s: sent at 61 s, acknowledged at 71 s, gone at 161 s.
    acknowledgement_time_median: 11,
    observed_removal_time_median: 101,
    report_to_removal_time_median: 261,
    decision_to_removal_time_median: 166,
    asked_to_preserve: 1,
    preserved: 1,
    preservation_not_answered: 0,
  });
});

test("a notice that a hold keeps back now is no time of its provider, and not yet there for who waits", async () => {
  const seen = { state: "TARGET_STATE_GONE", goneTime: at(61), goneStrength: "GONE_STRENGTH_ABSENT" } as const;
  const { COHORT_NOTICES: card, COHORT_HELD: waits } = await figuresOf([
    caseStep(1, { openedTime: at(-9), holds: holds(hold("hold-1", -9)) }, "decision-1"),
    notice(1),
    notice(2, { noticeId: "notice-2", caseId: "case-2", offeredTime: at(1) }, { targetId: "target-2" }),
    target(1, { targetId: "target-2", ...seen }),
  ]);
  expect(waits).toMatchObject({ kept_back_now: 1, kept_back_by_police: 1, police_hold_wait_median: "not reached" });
  expect(card).toMatchObject({
    issued: 2,
    open: 1,
    kept_back: 1,
    observed_removal_time_p90: 61,
    observed_removal_time_p90_censored: 61,
    report_to_removal_time_p90: "not reached",
    decision_to_removal_time_p90: "not reached",
  });
});

test("a notice to a hotline of another country is in figures of its own, by country", async () => {
  const { COHORT_ABROAD: card } = await figuresOf(cohortStory);
  for (const whose of ["", " of NL"]) {
    expect(card).toMatchObject({
      [`issued_abroad${whose}`]: 1,
      [`sent_abroad${whose}`]: 1,
      [`taken_abroad${whose}`]: 1,
      [`answered_abroad${whose}`]: 1,
      [`hotline_removed${whose}`]: 1,
      [`hotline_told_provider${whose}`]: 0,
      [`gone_abroad${whose}`]: 1,
      [`sent_to_taken_time_median${whose}`]: 5,
      [`sent_to_answered_time_median${whose}`]: 40,
      [`sent_to_gone_time_p90${whose}`]: 60,
      [`sent_to_gone_time_median_censored${whose}`]: 60,
    });
  }
});

test("cases tell the duty by lane, holds, referrals and what the stub of the image database said", async () => {
  const { COHORT_CASES: card } = await figuresOf(cohortStory);
  expect(card).toMatchObject({
    cases: 3,
    cases_text_only: 1,
    cases_life_at_risk: 0,
    reported_cases: 3,
    assessed: 2,
    assessed_within_24_hours: 2,
    "assessed of normal": 1,
    assessment_overdue: 0,
    assessed_within_24_hours_rate: 1,
    "assessment_time_median of victim": 95,
    "assessment_time_p90 of victim": "not reached",
    held_cases: 1,
    held_by_police_now: 1,
    police_hold_released: 1,
    police_hold_expired: 0,
    police_first_expired: 1,
    held_by_police_first_now: 0,
    referred: 2,
    "referred of victim": 1,
    "referred of by hand": 1,
    referral_acknowledged_within_a_day_rate: 0.5,
    referral_with_feedback: 1,
    referral_open: 1,
    "referral_acknowledgement_time_median of victim": 40,
    icse_asked: 1,
    icse_answered: 1,
    icse_unknown: 1,
    icse_waiting: 0,
    police_holds_now: 1,
    police_first_now: 0,
    referrals_open_now: 1,
    assessment_overdue_now: 0,
  });
});

test("a day after the first report what is not decided is overdue, and so it is however long ago it was opened", async () => {
  const { COHORT_CASES: card } = await figuresOf(cohortStory, 24 * 3600 - 150);
  expect(card).toMatchObject({ assessment_overdue: 1, "assessment_overdue of victim": 1, assessment_overdue_now: 1 });
  expect(card["assessed_within_24_hours_rate"]).toBe(2 / 3);
  const { COHORT_CASES: before } = await figuresOf(cohortStory, 24 * 3600 - 250);
  expect(before).toMatchObject({ assessment_overdue: 0, assessment_overdue_now: 0 });
});

test("reports tell channel, threat, whom it happens to and whose word is trusted", async () => {
  const { COHORT_REPORTS: card } = await figuresOf(cohortStory);
  expect(card).toMatchObject({
    "reports by channel: reports": 3,
    "reports by channel: reports of public": 2,
    "reports by channel: reports of partner hotline": 1,
    "reports by threat type: reports of sexual": 1,
    "reports by threat type: reports of not told": 2,
    "reports by threat nature: reports of contact": 1,
    reports_of_victims: 1,
    reports_text_only: 1,
    reports_life_at_risk: 1,
    reports_trusted: 1,
  });
});

test("whatever order the events come in, some of them twice, every figure is the same", async () => {
  const expected = await figuresOf(cohortStory);
  const shuffled = tuple(
    shuffledSubarray([...cohortStory], { minLength: cohortStory.length }),
    shuffledSubarray([...cohortStory]),
  );
  await assert(
    asyncProperty(shuffled, async ([all, again]) => {
      expect(await figuresOf([...all, ...again])).toEqual(expected);
    }),
    { numRuns: runs(30) },
  );
});

test("handlers that run at the same time make the same figures", async () => {
  const together: Step = async (collections) => {
    await Promise.all(cohortStory.toReversed().map((step) => step(collections)));
  };
  expect(await figuresOf([together])).toEqual(await figuresOf(cohortStory));
});

test("what earlier releases wrote is read: a case and a report of then are in no group that they tell nothing of", async () => {
  const { COHORT_REPORTS: reports, COHORT_CASES: cases } = await store.inEmpty(async (collections) => {
    await collections.reports.insert("report-1", { receivedTime: at(-100) });
    await collections.cases.insert("case-1", { decisions: [], reportedTime: at(-100), awaitedReportIds: [] });
    const card = getScorecard({ ...collections, clock });
    const count = async (cohort: Cohort, name: string) => {
      const { figures } = await card({ providerId: "", fromTime: at(-1000), toTime: at(1000), cohort });
      return figures.filter((f) => f.name === name).map(({ of, value }) => [of, value?.value]);
    };
    const [r, c] = [await count("COHORT_REPORTS", "reports"), await count("COHORT_CASES", "cases")];
    return { COHORT_REPORTS: r, COHORT_CASES: c };
  });
  expect(reports.slice(0, 2)).toEqual([
    [undefined, 1n],
    ["not told", 1n],
  ]);
  expect(cases).toEqual([[undefined, 0n]]);
});

test("what says nothing new writes nothing but the version of a case", async () => {
  await store.inEmpty(async (collections) => {
    for (const step of cohortStory) await step(collections);
    let writes = 0;
    const counted = Object.fromEntries(
      Object.entries(collections).map(([name, collection]) => [
        name,
        new Proxy(collection, {
          get(of, method) {
            const value: unknown = Reflect.get(of, method);
            if (typeof value !== "function") return value;
            if (method === "save" || method === "insert") writes++;
            return value.bind(of) as unknown;
          },
        }),
      ]),
    ) as unknown as typeof collections;
    await report({ reportId: "report-3", targets: [], wordsTargetId: "words-3", receivedTime: at(-200) })(counted);
    expect(writes).toBe(0);
    const decided = caseStep(
      2,
      { caseId: "case-2", targetId: "target-2", openedTime: at(-50), lane: "LANE_NORMAL" },
      "decision-2",
    );
    await decided(counted);
    expect(writes).toBe(1);
    await decided(counted);
    expect(writes).toBe(1);
  });
});

test("another cohort than that of providers' notices is of no provider", async () => {
  await store.inEmpty(async (collections) => {
    const range = { fromTime: at(-1), toTime: at(1) };
    const card = getScorecard({ ...collections, clock })({ ...range, providerId: "isp-1", cohort: "COHORT_HELD" });
    await expect(card).rejects.toMatchObject({ fields: [{ field: "provider_id" }] });
  });
});
