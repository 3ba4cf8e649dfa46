import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { ComplianceServiceService, type Cohort } from "@ntd/proto/compliance/v1/compliance_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hold, holds, referral } from "./cohort-story.ts";
import { answerEvent, caseEvent, noticeEvent, reportEvent } from "./example-events.ts";
import { at } from "./examples.ts";
import { readComplianceConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

let bed: TestBed;
let running: Running;
let regulator: RpcClient<typeof ComplianceServiceService>;
const clock = new MovableClock(at(3600));

beforeAll(async () => {
  bed = await startTestBed();
  running = await start(readComplianceConfig(await bed.environment("compliance")), { clock });
  const identityDir = await bed.identity("regulator", "commission");
  regulator = connect(ComplianceServiceService, { address: running.address, identityDir });
});
afterAll(async () => {
  await regulator[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function figure(cohort: Cohort, name: string, of?: string): Promise<number | string | undefined> {
  const { figures } = await regulator.getScorecard({ providerId: "", fromTime: at(-3600), toTime: at(3600), cohort });
  const value = figures.find((f) => f.name === name && f.of === of)?.value;
  if (value?.$case === "duration") return Number(value.value.seconds);
  return value?.$case === "count" ? Number(value.value) : value?.$case;
}

const told = { openedTime: at(-90), firstReportTime: at(-100), firstReportRevision: 1, lane: "LANE_VICTIM" } as const;
const [inForce, ended] = [hold("hold-1", -20), { ...hold("hold-1", -20), releasedTime: at(30) }];

test("what a hold kept back is a wait of police's as soon as casework tells its end, also where that came first", async () => {
  await bed.publish(nouns.notice, "issued", "notice-1", 1, noticeEvent());
  await bed.publish(nouns.case, "changed", "case-1", 2, caseEvent({ ...told, holds: holds(inForce) }, "decision-1"));
  await eventually("it is kept back", async () => (await figure("COHORT_HELD", "kept_back_now")) === 1);
  expect(await figure("COHORT_CASES", "held_by_police_now")).toBe(1);
  expect(await figure("COHORT_CASES", "police_holds_now")).toBe(1);
  expect(await figure("COHORT_NOTICES", "kept_back")).toBe(1);
  const referred = { referral: referral({ acknowledgedTime: at(9) }) };
  await bed.publish(
    nouns.case,
    "changed",
    "case-1",
    4,
    caseEvent({ ...told, ...referred, holds: holds(ended) }, "decision-1"),
  );
  await bed.publish(nouns.case, "changed", "case-1", 3, caseEvent({ ...told, holds: holds(inForce) }, "decision-1"));
  const offered = { offeredTime: at(31), acknowledgedTime: at(41) };
  await bed.publish(nouns.notice, "offered", "notice-1", 2, noticeEvent(offered));
  await eventually("it left", async () => (await figure("COHORT_NOTICES", "acknowledgement_time_median")) === 11);
  expect(await figure("COHORT_HELD", "police_hold_wait_max")).toBe(30);
  expect(await figure("COHORT_CASES", "police_holds_now")).toBe(0);
  expect(await figure("COHORT_CASES", "referral_acknowledged_within_a_day", "unknown material")).toBe(1);
  const { noticeTimes } = await regulator.listNoticeTimes({
    providerId: "",
    fromTime: at(-3600),
    toTime: at(3600),
    pageSize: 0,
    pageToken: "",
  });
  expect(noticeTimes).toMatchObject([{ held: false, keptBack: { seconds: 30n }, heldAfterSending: false }]);
});

test("a notice to another country's hotline is of no provider", async () => {
  const abroad = { noticeId: "notice-2", route: "ROUTE_HOTLINE", country: "NL", providerId: "hotline-nl" } as const;
  const sent = { ...abroad, caseId: "case-2", offeredTime: at(5), acknowledgedTime: at(5) };
  const answers = [{ ...answerEvent("OUTCOME_DISPUTED", 65), hotlineAction: "HOTLINE_ACTION_NOT_ILLEGAL" as const }];
  await bed.publish(nouns.notice, "answered", "notice-2", 3, noticeEvent(sent, { targetId: "target-2", answers }));
  await eventually("it is there", async () => (await figure("COHORT_ABROAD", "hotline_not_illegal", "NL")) === 1);
  expect(await figure("COHORT_ABROAD", "sent_to_answered_time_median", "NL")).toBe(60);
  expect(await figure("COHORT_NOTICES", "issued")).toBe(1);
});

test("reports tell whose and of what they are", async () => {
  const threat = { type: "THREAT_TYPE_SEXUAL", nature: "THREAT_NATURE_CONDUCT" } as const;
  const report = reportEvent({ channel: "CHANNEL_INDUSTRY", threat, selfMade: true });
  await bed.publish(nouns.report, "received", "report-1", 1, report);
  await eventually("one of a victim", async () => (await figure("COHORT_REPORTS", "reports_of_victims")) === 1);
  expect(await figure("COHORT_REPORTS", "reports", "industry")).toBe(1);
  expect(await figure("COHORT_REPORTS", "reports", "conduct")).toBe(1);
});

test("every figure of every cohort has a definition and a group", async () => {
  for (const cohort of ["COHORT_NOTICES", "COHORT_ABROAD", "COHORT_HELD", "COHORT_CASES", "COHORT_REPORTS"] as const) {
    const { figures } = await regulator.getScorecard({ providerId: "", fromTime: at(-3600), toTime: at(3600), cohort });
    const bare = figures.filter(({ definition, group }) => definition.length < 15 || !group);
    expect([cohort, bare]).toEqual([cohort, []]);
    const names = figures.map(({ name, group, of }) => [group, name, of].join(" "));
    expect(new Set(names).size).toBe(names.length);
  }
});
