import { unobservedNotice } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const figure = (name: string, value: unknown) => ({ name, definition: `What ${name} means.`, value });
const card = {
  providerId: "",
  fromTime: new Date("2030-01-01T00:00:00Z"),
  toTime: new Date("2030-02-01T00:00:00Z"),
  asOfTime: new Date("2030-02-02T00:00:00Z"),
  environments: ["ENVIRONMENT_DEMO"],
  slotsRequired: 3,
  figures: [
    figure("issued", { $case: "count", value: 12n }),
    figure("observed_removal_time_median", { $case: "duration", value: { seconds: 3725n, nanos: 0 } }),
    figure("observed_removal_time_p90", { $case: "notReached", value: true }),
  ],
};

test("scorecard prints environment, as-of, misses until gone and every figure", async () => {
  bed.answers.set("getScorecard", card);
  const { code, out } = await bed.ntd("scorecard", "--from", "2030-01-01", "--to", "2030-02-01T00:00:00Z");
  expect(code).toBe(0);
  expect(out).toMatch(/^provider +all\n[^]*as of +2030-02-02T00:00:00.000Z\nenvironment +demo\nmisses until gone +3\n/);
  expect(out).toMatch(
    /\nissued +12\nobserved removal time median +1 h 2 min\nobserved removal time p90 +not reached\n/,
  );
  expect(bed.arrived[0]?.request).toEqual({ providerId: "", fromTime: card.fromTime, toTime: card.toTime });
});

test.each([
  ["of all", "", "no notice was issued in this range"],
  ["of one provider", "alpha", "no notice was issued in this range for provider alpha"],
])("scorecard %s without a notice says so in place of figures", async (_what, providerId, said) => {
  const figures = [figure("issued", { $case: "count", value: 0n })];
  bed.answers.set("getScorecard", { ...card, providerId, slotsRequired: 0, figures });
  const { code, out } = await bed.ntd("scorecard", ...(providerId === "" ? [] : ["--provider", providerId]));
  expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`\n\n${said}\n$`))]);
  expect(out).not.toContain("misses until gone");
});

test("scorecard prints what came in, waited and went abroad in groups, of all providers or when asked", async () => {
  const held = { ...figure("held_notices", { $case: "count", value: 4n }), group: "held for police" };
  bed.answers.set("getScorecard", { ...card, cohort: "COHORT_HELD", figures: [held] });
  const { code, out } = await bed.ntd("scorecard", "--of", "held");
  expect([code, bed.arrived.length]).toEqual([0, 1]);
  expect(bed.arrived[0]?.request).toMatchObject({ cohort: "COHORT_HELD" });
  expect(out).toMatch(/\n\nheld for police +value\nheld notices +4\n\nDefinitions: --json\n$/);
  await bed.ntd("scorecard");
  expect(bed.arrived.slice(1).map(({ request }) => (request as { cohort?: string }).cohort)).toEqual([
    undefined,
    "COHORT_ABROAD",
    "COHORT_HELD",
    "COHORT_CASES",
    "COHORT_REPORTS",
  ]);
});

test("a service of an earlier release, which answers with notices whatever is asked, is not taken for another answer", async () => {
  bed.answers.set("getScorecard", card);
  expect((await bed.ntd("scorecard")).out.match(/\nissued +12\n/g)).toHaveLength(1);
  const { code, err } = await bed.ntd("scorecard", "--of", "abroad");
  expect([code, err]).toEqual([expect.any(Number), expect.stringContaining("earlier release")]);
  expect(code).not.toBe(0);
});

test("scorecard as JSON has the definitions", async () => {
  bed.answers.set("getScorecard", card);
  const { figures } = JSON.parse((await bed.ntd("scorecard", "--json")).out);
  expect(figures).toEqual([
    { name: "issued", definition: "What issued means.", value: { count: "12" } },
    { name: "observed_removal_time_median", definition: expect.any(String), value: { duration: "3725s" } },
    { name: "observed_removal_time_p90", definition: expect.any(String), value: { notReached: true } },
  ]);
});

test("without a range it is the last 30 days", async () => {
  bed.answers.set("getScorecard", card);
  const before = Date.now();
  await bed.ntd("scorecard", "--provider", "alpha");
  const request = bed.arrived[0]?.request as { providerId: string; fromTime: Date; toTime: Date };
  const { providerId, fromTime, toTime } = request;
  expect(providerId).toBe("alpha");
  expect(toTime.getTime()).toBeGreaterThanOrEqual(before);
  expect(Number(toTime) - Number(fromTime)).toBe(30 * 24 * 3600 * 1000);
});

const time = {
  noticeId: "notice-1",
  targetId: "target-1",
  providerId: "alpha",
  environment: "ENVIRONMENT_DEMO",
  reportedTime: undefined,
  decidedTime: undefined,
  issuedTime: new Date(0),
  offeredTime: undefined,
  acknowledgedTime: undefined,
  claimedOutcome: "OUTCOME_REMOVED",
  claimedTime: new Date(1000),
  lastSeenTime: new Date(2000),
  goneTime: undefined,
  goneBeforeOffer: false,
  claimedStillPresent: true,
  ...unobservedNotice,
  looks: [],
  lastLookTime: undefined,
};

test.each([
  ["before", ["scorecard", "--provider", "alpha", "times"]],
  ["after", ["scorecard", "times", "--provider", "alpha"]],
])("scorecard times lists the notices of a provider that is named %s the word times", async (_where, words) => {
  bed.answers.set("listNoticeTimes", { noticeTimes: [time], nextPageToken: "" });
  const { out } = await bed.ntd(...words);
  expect(out).toMatch(/\nnotice-1 +alpha +1970\S+ +removed +1970-01-01T00:00:01.000Z +claimed, still present\n$/);
  expect(bed.arrived).toMatchObject([{ method: "listNoticeTimes", request: { providerId: "alpha", pageSize: 200 } }]);
});

test("scorecard times --looks names eye, reason and evidence of each look that counts", async () => {
  const look = {
    eye: "browser",
    observation: "OBSERVATION_BLIND",
    reason: "PROBE_REASON_CHALLENGE",
    time: new Date(3000),
    evidenceId: "evidence-1",
  };
  const seen = { targetState: "TARGET_STATE_UNSEEN", targetReason: "PROBE_REASON_CHALLENGE" };
  const unseen = { ...time, ...seen, claimedStillPresent: false, looks: [look], lastLookTime: new Date(2000) };
  bed.answers.set("listNoticeTimes", { noticeTimes: [unseen], nextPageToken: "" });
  const { out } = await bed.ntd("scorecard", "times", "--looks");
  expect(out).toMatch(/\nnotice-1 +alpha [^\n]* +cannot be observed: challenge\n\nnotice +notice-1\nlast look +1970/);
  expect(out).toMatch(
    /\naddress is +unseen, challenge\n\neye [^\n]*\nbrowser +blind +challenge +1970\S+ +evidence-1\n$/,
  );
});
