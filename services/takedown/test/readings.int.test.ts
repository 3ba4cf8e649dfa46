import { ReadingServiceService } from "@ntd/proto/operations/v1/reading_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestTakedown, watch, type TestTakedown } from "./bed.ts";

let takedown: TestTakedown;
beforeAll(async () => {
  takedown = await startTestTakedown({});
  await takedown.provider("alpha", { domains: ["alpha.example"] });
});
afterAll(() => takedown[Symbol.asyncDispose]());

const as = async <D extends Parameters<typeof connect>[0]>(definition: D, name: string) =>
  connect(definition, { address: takedown.address, identityDir: await takedown.bed.identity("operator", name) });
const everything = { caseId: "", reader: "", resource: "", pageSize: 100, pageToken: "" };

test("an operator sees where a notice stands, never its address; who reads one leaves that behind", async () => {
  await using isp = watch(await takedown.isp("alpha"));
  const { caseId } = await takedown.decide("alpha.example");
  const { noticeId } = await takedown.notice(caseId);
  await isp.next(1);
  const provider = await takedown.isp("alpha");
  expect((await provider.getNotice({ noticeId })).signed?.payload.length).toBeGreaterThan(0);
  await using olga = await as(NoticeServiceService, "olga");
  const seen = await olga.getNotice({ noticeId });
  expect([seen.notice?.state, seen.signed]).toEqual(["NOTICE_STATE_ISSUED", undefined]);
  await olga.listNotices({ state: "NOTICE_STATE_UNSPECIFIED", caseId, pageSize: 10, pageToken: "" });
  const none = await olga.listNotices({ state: "NOTICE_STATE_REJECTED", caseId, pageSize: 10, pageToken: "" });
  expect(none.notices).toEqual([]);

  await using readings = await as(ReadingServiceService, "auditor");
  const of = async (change: Partial<typeof everything>) =>
    (await readings.listReadings({ ...everything, ...change })).readings;
  const resource = `notices/${noticeId}`;
  expect(await of({ resource })).toMatchObject([
    { reader: "operator/olga", kind: "decision", caseId },
    { reader: "isp/alpha", kind: "address", caseId },
  ]);
  expect(await of({ caseId, reader: "operator/olga" })).toMatchObject([{ resource: "" }, { resource }]);
});

test("what waits for a provider shows its address to who looks for one, and that is kept", async () => {
  const { caseId } = await takedown.decide("nobody.example");
  const found = await eventually("it waits", async () => {
    const { dispatches } = await takedown.operator.listUnattributed({ pageSize: 10, pageToken: "" });
    return dispatches.find((dispatch) => dispatch.caseId === caseId);
  });
  expect(found.url).toContain("nobody.example");
  await using readings = await as(ReadingServiceService, "auditor");
  const { readings: kept } = await readings.listReadings({ ...everything, caseId });
  expect(kept.at(-1)).toMatchObject({ kind: "address", resource: `dispatches/${found.dispatchId}`, caseId });
});
