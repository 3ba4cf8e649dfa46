import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { ComplianceServiceService, type GetScorecardResponse } from "@ntd/proto/compliance/v1/compliance_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readComplianceConfig } from "../src/config.ts";
import { answerEvent, caseEvent, noticeEvent, reportEvent, targetEvent } from "./example-events.ts";
import { at } from "./examples.ts";
import { start } from "../src/service.ts";

type Client = RpcClient<typeof ComplianceServiceService>;
let bed: TestBed;
let running: Running;
let regulator: Client;
const clock = new MovableClock(at(3600));

beforeAll(async () => {
  bed = await startTestBed();
  await begin();
});
afterAll(async () => {
  await end();
  await bed[Symbol.asyncDispose]();
});

async function begin(): Promise<void> {
  running = await start(readComplianceConfig(await bed.environment("compliance")), { clock });
  regulator = await clientOf("regulator", "commission");
}
async function end(): Promise<void> {
  await regulator[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
}
async function clientOf(kind: "regulator" | "isp" | "operator", name: string): Promise<Client> {
  return connect(ComplianceServiceService, {
    address: running.address,
    identityDir: await bed.identity(kind, name),
  });
}

const range = (providerId = "") => ({ providerId, fromTime: at(-3600), toTime: at(3600) });
function figure(card: GetScorecardResponse, name: string) {
  const value = card.figures.find((f) => f.name === name)?.value;
  if (value?.$case === "duration") return Number(value.value.seconds) + value.value.nanos / 1e9;
  return value?.$case === "count" ? Number(value.value) : value?.$case;
}

async function publishNotice(n: number, providerId: string, goneSeconds?: number): Promise<void> {
  const [targetId, caseId, noticeId] = [`target-${n}`, `case-${n}`, `notice-${n}`];
  const seen = { targetId, lastSeenTime: at(5) };
  const gone = goneSeconds !== undefined && { state: "TARGET_STATE_GONE" as const, goneTime: at(goneSeconds) };
  // Last things first: nothing waits for a predecessor.
  await bed.publish(nouns.target, "changed", targetId, 2, targetEvent({ ...seen, ...gone }));
  const answers = [answerEvent("OUTCOME_REMOVED", 2)];
  const issued = { noticeId, caseId, providerId, decisionId: `decision-${n}`, issuedTime: at(n / 100) };
  const offered = { ...issued, offeredTime: at(1), acknowledgedTime: at(2) };
  await bed.publish(nouns.notice, "answered", noticeId, 3, noticeEvent(offered, { targetId, answers }));
  await bed.publish(nouns.notice, "issued", noticeId, 1, noticeEvent(issued, { targetId }));
  const case_ = caseEvent({ caseId, targetId, reportIds: [`report-${n}`] }, `decision-${n}`);
  await bed.publish(nouns.case, "decided", caseId, 2, case_);
  const targets = reportEvent().targets.map((t) => ({ ...t, targetId }));
  await bed.publish(nouns.report, "received", `report-${n}`, 1, reportEvent({ reportId: `report-${n}`, targets }));
}

test("events of four services become the regulator's figures", async () => {
  await publishNotice(1, "isp-1", 9.01);
  await publishNotice(2, "isp-1");
  await publishNotice(3, "isp-2", 19.03);
  const card = await eventually("three notices with their ends", async () => {
    const found = await regulator.getScorecard(range());
    return figure(found, "observed_gone") === 2 && figure(found, "claimed_still_present") === 1 && found;
  });
  expect(card).toMatchObject({ asOfTime: at(3600), environments: ["ENVIRONMENT_TEST"], slotsRequired: 3 });
  expect(figure(card, "issued")).toBe(3);
  expect(figure(card, "claimed_removal_time_median")).toBe(1.98);
  expect(figure(card, "observed_removal_time_median")).toBe(19);
  expect(figure(card, "observed_removal_time_p90")).toBe("notReached");
  expect(card.figures.every((f) => f.definition.length > 40)).toBe(true);
  await eventually("reports are there too", async () => {
    const { noticeTimes } = await regulator.listNoticeTimes({ ...range(), pageSize: 0, pageToken: "" });
    return noticeTimes.every((n) => n.reportedTime !== undefined && n.decidedTime !== undefined);
  });
});

test("one provider's figures are of that provider alone, an unknown one has none", async () => {
  const card = await regulator.getScorecard(range("isp-2"));
  expect([figure(card, "issued"), figure(card, "observed_removal_time_p90")]).toEqual([1, 19]);
  const none = await regulator.getScorecard(range("isp-9"));
  expect([figure(none, "issued"), figure(none, "observed_removal_time_p90")]).toEqual([0, "notReached"]);
});

test("the range takes its beginning in and leaves its end out", async () => {
  const counted = async (fromTime: Date, toTime: Date) =>
    figure(await regulator.getScorecard({ providerId: "", fromTime, toTime }), "issued");
  expect(await counted(at(0.01), at(0.03))).toBe(2);
  expect(await counted(at(0.02), at(0.04))).toBe(2);
  expect(await counted(at(0.031), at(9))).toBe(0);
});

test("where the number of misses until gone was changed, the smallest is named", async () => {
  const targetId = "target-3";
  const gone = { state: "TARGET_STATE_GONE", lastSeenTime: at(5), goneTime: at(19.03) } as const;
  await bed.publish(nouns.target, "changed", targetId, 3, targetEvent({ targetId, ...gone, slotsRequired: 2 }));
  await eventually("two", async () => (await regulator.getScorecard(range())).slotsRequired === 2);
  expect((await regulator.getScorecard(range("isp-1"))).slotsRequired).toBe(3);
});

test("the notices behind the figures come in pages, each once, in the order of issue", async () => {
  const seen: string[] = [];
  let pageToken = "";
  do {
    const page = await regulator.listNoticeTimes({ ...range(), pageSize: 2, pageToken });
    seen.push(...page.noticeTimes.map((n) => n.noticeId));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(seen).toEqual(["notice-1", "notice-2", "notice-3"]);
});

test("a range that is none is refused by field", async () => {
  const fieldsOf = async (call: Promise<unknown>) => {
    const problem = await call.then(() => undefined).catch((error: unknown) => error);
    return (problem as { fields?: { field: string }[] } | undefined)?.fields?.map((f) => f.field);
  };
  const nothing = { providerId: "", fromTime: undefined, toTime: undefined };
  expect(await fieldsOf(regulator.getScorecard(nothing))).toEqual(["from_time", "to_time"]);
  expect(await fieldsOf(regulator.getScorecard({ ...range(), toTime: at(-3600) }))).toEqual(["to_time"]);
  const page = { ...range(), pageSize: 1, pageToken: "none of ours" };
  expect(await fieldsOf(regulator.listNoticeTimes(page))).toEqual(["page_token"]);
});

test("a provider may not see the figures, an operator may", async () => {
  await using isp = await clientOf("isp", "isp-1");
  await expect(isp.getScorecard(range())).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  await expect(isp.listNoticeTimes({ ...range(), pageSize: 0, pageToken: "" })).rejects.toMatchObject({
    reason: "NOT_ALLOWED",
  });
  await using operator = await clientOf("operator", "anna");
  expect(figure(await operator.getScorecard(range()), "issued")).toBe(3);
});

test("what is known outlives the process, and what was said meanwhile is heard after it", async () => {
  await end();
  await publishNotice(4, "isp-4", 30);
  await begin();
  await eventually("the fourth", async () => figure(await regulator.getScorecard(range()), "observed_gone") === 3);
});
