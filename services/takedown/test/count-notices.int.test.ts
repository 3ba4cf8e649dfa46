import { NoticeCountServiceService } from "@ntd/proto/takedown/v1/notice_count_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestTakedown, type TestTakedown } from "./bed.ts";
import { aDecision, aDoubt } from "./examples.ts";

let takedown: TestTakedown;
let casework: RpcClient<typeof NoticeCountServiceService>;
beforeAll(async () => {
  takedown = await startTestTakedown();
  await takedown.provider("alpha", { domains: ["alpha.example"] });
  const identityDir = await takedown.bed.identity("service", "casework");
  casework = connect(NoticeCountServiceService, { address: takedown.address, identityDir });
});
afterAll(async () => {
  await casework[Symbol.asyncDispose]();
  await takedown[Symbol.asyncDispose]();
});

const none = { liveCount: 0, suspendedCount: 0, withdrawnCount: 0, restoredCount: 0 };

test("the notices of each case are counted by what became of them, in the order asked", async () => {
  const [one, other] = [await takedown.decide("alpha.example"), await takedown.decide("alpha.example")];
  const count = async () => (await casework.countNotices({ caseIds: [one.caseId, "unknown", other.caseId] })).cases;
  for (const { caseId } of [one, other]) await takedown.notice(caseId);
  expect(await count()).toEqual([{ ...none, liveCount: 1 }, none, { ...none, liveCount: 1 }]);
  const decision = aDecision(`decision of ${one.caseId}`);
  const tell = (version: number, change: Parameters<TestTakedown["publishCase"]>[3]) =>
    takedown.publishCase(one.caseId, version, one.url, { targetId: one.targetId, decision, ...change });
  await tell(2, { doubt: aDoubt(decision.decisionId) });
  await eventually("it is suspended", async () => (await count())[0]?.suspendedCount === 1);
  expect(await count()).toEqual([{ ...none, suspendedCount: 1 }, none, { ...none, liveCount: 1 }]);
  const verdict = aDecision(`other ${one.caseId}`, "VERDICT_NOT_ILLEGAL");
  const withdrawing = { ...verdict, withdrawsDecisionId: decision.decisionId, confirmedBy: "assessor/bo" };
  await tell(3, { decision: withdrawing });
  // Nobody was sent it: it is over, and there is nothing to take back.
  await eventually("it is over", async () => (await count())[0]?.suspendedCount === 0);
  expect((await count())[0]).toEqual(none);
});

test("it is for casework alone, and a thousand cases at a time", async () => {
  const identityDir = await takedown.bed.identity("service", "intake");
  await using intake = connect(NoticeCountServiceService, { address: takedown.address, identityDir });
  await expect(intake.countNotices({ caseIds: ["x"] })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  const caseIds = Array.from({ length: 1001 }, (_, n) => `case ${n}`);
  await expect(casework.countNotices({ caseIds })).rejects.toMatchObject({ fields: [{ field: "case_ids" }] });
});
