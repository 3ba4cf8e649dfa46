import { randomUUID } from "node:crypto";
import type { NoticeState } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService, type RejectNoticeRequest } from "@ntd/proto/takedown/v1/notice_service";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { at } from "./examples.ts";
import { startTestTakedown, watch, type TestTakedown } from "./bed.ts";

let takedown: TestTakedown;
beforeAll(async () => {
  takedown = await startTestTakedown();
  for (const id of ["alpha", "beta", "gamma", "delta"]) await takedown.provider(id, { domains: [`${id}.example`] });
});
afterAll(() => takedown[Symbol.asyncDispose]());

const rejection = (noticeId: string, change: Partial<RejectNoticeRequest> = {}): RejectNoticeRequest => ({
  requestId: randomUUID(),
  noticeId,
  revision: 1,
  reason: "REJECTION_REASON_NOT_OURS",
  detail: "another_addressee",
  ...change,
});
const resolution = (noticeId: string, is: "ACCEPTED" | "OFFERED_AGAIN") => ({
  requestId: randomUUID(),
  noticeId,
  resolution: `REJECTION_RESOLUTION_${is}` as const,
  reason: "spoken with them",
});
const inState = (caseId: string, state: NoticeState) =>
  eventually(state, async () => (await takedown.notices(caseId)).find((n) => n.state === state));

async function sent(name: string) {
  const isp = await takedown.isp(name);
  const decided = await takedown.decide(`${name}.example`);
  const { noticeId } = await takedown.notice(decided.caseId);
  await using stream = watch(isp);
  await eventually("it is sent", () => stream.notices.some((n) => n.noticeId === noticeId));
  return { ...decided, isp, noticeId };
}

test("32 that are rejected do not silence a provider, and each waits open for an operator", async () => {
  const isp = await takedown.isp("alpha");
  const cases = await Promise.all(Array.from({ length: 33 }, () => takedown.decide("alpha.example")));
  await using stream = watch(isp, 32);
  await stream.next(32);
  for (const { noticeId } of stream.notices.slice(0, 32)) await isp.rejectNotice(rejection(noticeId));
  const { noticeId: last } = await stream.next(33);
  await isp.acknowledgeNotice({ noticeId: last, revision: 1 });
  const all = await Promise.all(cases.map(async ({ caseId }) => (await takedown.notice(caseId)).noticeId));
  expect(stream.notices.map((n) => n.noticeId).toSorted()).toEqual(all.toSorted());
  await using operator = connect(NoticeServiceService, {
    address: takedown.address,
    identityDir: await takedown.bed.identity("operator", "admin"),
  });
  const listed = await operator.listNotices({
    state: "NOTICE_STATE_REJECTED",
    pageSize: 100,
    pageToken: "",
    caseId: "",
  });
  expect(listed.notices).toHaveLength(32);
  const [first] = cases;
  const ofCase = { pageSize: 100, pageToken: "", caseId: first?.caseId ?? "" };
  const anyState = { ...ofCase, state: "NOTICE_STATE_UNSPECIFIED" } as const;
  for (const request of [anyState, { ...ofCase, state: listed.notices[0]?.state ?? "NOTICE_STATE_REJECTED" }])
    expect((await operator.listNotices(request)).notices.map((n) => n.caseId)).toEqual([first?.caseId]);
  await expect(isp.listNotices(anyState)).rejects.toMatchObject({ fields: [{ field: "case_id" }] });
  expect(listed.notices[0]).toMatchObject({
    closedTime: undefined,
    rejections: [{ reason: "REJECTION_REASON_NOT_OURS", detail: "another_addressee" }],
  });
  await using again = watch(await takedown.isp("alpha"));
  const { noticeId } = await takedown.notice((await takedown.decide("alpha.example")).caseId);
  expect((await again.next()).noticeId).toBe(noticeId);
});

test("repeated it is the first answer, and another's notice is not found", async () => {
  const { isp, noticeId, caseId } = await sent("beta");
  const request = rejection(noticeId);
  const first = await isp.rejectNotice(request);
  expect(first.state).toBe("NOTICE_STATE_REJECTED");
  expect(await isp.rejectNotice(request)).toEqual(first);
  const other = { ...request, detail: "" };
  await expect(isp.rejectNotice(other)).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  await expect((await takedown.isp("alpha")).rejectNotice(rejection(noticeId))).rejects.toMatchObject({
    reason: "NOT_FOUND",
  });
  expect((await inState(caseId, "NOTICE_STATE_REJECTED")).rejections).toHaveLength(1);
});

test("offered again it comes once more, and what is then acknowledged cannot be rejected", async () => {
  const { isp, noticeId, caseId } = await sent("gamma");
  await isp.rejectNotice(rejection(noticeId));
  await using stream = watch(isp);
  await takedown.operator.resolveRejection(resolution(noticeId, "OFFERED_AGAIN"));
  expect((await stream.next()).noticeId).toBe(noticeId);
  await isp.acknowledgeNotice({ noticeId, revision: 1 });
  await expect(isp.rejectNotice(rejection(noticeId))).rejects.toMatchObject({ reason: "WRONG_STATE" });
  expect((await inState(caseId, "NOTICE_STATE_ACKNOWLEDGED")).rejections).toMatchObject([
    { resolution: "REJECTION_RESOLUTION_OFFERED_AGAIN" },
  ]);
});

test("accepted it is withdrawn, and its case waits for a person to find another provider", async () => {
  const { isp, noticeId, caseId } = await sent("delta");
  const accept = resolution(noticeId, "ACCEPTED");
  await expect(takedown.operator.resolveRejection(accept)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await isp.rejectNotice(rejection(noticeId));
  await expect(takedown.operator.resolveRejection({ ...accept, reason: " " })).rejects.toMatchObject({
    fields: [{ field: "reason" }],
  });
  const answer = await takedown.operator.resolveRejection(accept);
  expect(answer).toEqual({ state: "NOTICE_STATE_WITHDRAWN" });
  expect(await takedown.operator.resolveRejection(accept)).toEqual(answer);
  const notice = await inState(caseId, "NOTICE_STATE_WITHDRAWN");
  expect(notice).toMatchObject({ rejections: [{ resolution: "REJECTION_RESOLUTION_ACCEPTED" }] });
  const waiting = await takedown.operator.listUnattributed({ pageSize: 100, pageToken: "" });
  expect(waiting.dispatches.map((d) => d.caseId)).toContain(caseId);
});

test("a rejected notice whose target goes is verified gone, like any other", async () => {
  const { isp, noticeId, caseId, targetId } = await sent("beta");
  await isp.rejectNotice(rejection(noticeId));
  const goneTime = new Date();
  await takedown.publishTarget(3, { targetId, state: "TARGET_STATE_GONE", lastSeenTime: at(7), goneTime });
  expect(await inState(caseId, "NOTICE_STATE_CLOSED")).toMatchObject({ targets: [{ goneTime }] });
});
