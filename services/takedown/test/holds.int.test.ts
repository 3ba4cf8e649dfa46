import { randomUUID } from "node:crypto";
import type { Hold } from "@ntd/proto/casework/v1/case";
import { HoldingServiceService } from "@ntd/proto/takedown/v1/holding_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { payloadOf, startTestTakedown, watch, type TestTakedown } from "./bed.ts";
import { aDecision, aDoubt, aHold, at } from "./examples.ts";

// What police hold does not leave, told by an event or ahead of it, and leaves at once when the hold ends.

let takedown: TestTakedown;
let casework: RpcClient<typeof HoldingServiceService>;
beforeAll(async () => {
  takedown = await startTestTakedown();
  await takedown.provider("alpha", { domains: ["alpha.example"] });
  const identityDir = await takedown.bed.identity("service", "casework");
  casework = connect(HoldingServiceService, { address: takedown.address, identityDir });
});
afterAll(async () => {
  await casework[Symbol.asyncDispose]();
  await takedown[Symbol.asyncDispose]();
});

const holdsOf = (...holds: Hold[]) => ({ holds, earlier: undefined });
const held = holdsOf(aHold("hold-1"));
const released = holdsOf(aHold("hold-1", { releasedTime: at(9) }));
const tell = (caseId: string, caseVersion: bigint, holds = held) =>
  casework.tellHolds({ caseId, caseVersion, holds }).then(({ left }) => left);
const waits = (caseId: string) =>
  eventually("it waits for police", async () => (await takedown.notices(caseId))[0]?.waitsForPolice);
/** A case decided anew, of the same decision, with these holds. */
const publish = (a: { caseId: string; targetId: string; url: string }, version: number, holds: typeof held) =>
  takedown.publishCase(a.caseId, version, a.url, {
    targetId: a.targetId,
    decision: aDecision(`decision of ${a.caseId}`),
    holds,
  });

test("a notice of a held case is made and waits; nobody is told; what comes after it leaves; then it does, at once", async () => {
  const isp = await takedown.isp("alpha");
  await using stream = watch(isp);
  const stopped = await takedown.decide("alpha.example", { holds: held });
  await waits(stopped.caseId);
  const { noticeId } = await takedown.notice(stopped.caseId);
  const next = await takedown.decide("alpha.example");
  await stream.next();
  expect(stream.notices.map((n) => payloadOf(n).targets[0]?.targetId)).toEqual([next.targetId]);
  await expect(isp.getNotice({ noticeId })).rejects.toMatchObject({ reason: "NOT_FOUND" });
  await publish(stopped, 2, released);
  expect((await stream.next(2)).noticeId).toBe(noticeId);
});

test("what had left is named in the answer, each time it is asked; what had not does not leave until the event says so", async () => {
  const sent = await takedown.decide("alpha.example");
  const { noticeId } = await takedown.notice(sent.caseId);
  await using stream = watch(await takedown.isp("alpha"));
  const isThere = (id: string) => stream.notices.some((n) => n.noticeId === id);
  await eventually("it left", () => isThere(noticeId));
  const left = await tell(sent.caseId, 2n);
  expect(left).toMatchObject([{ noticeId }]);
  expect(await tell(sent.caseId, 2n)).toEqual(left);
  expect(await tell("a case that nobody knows yet", 1n)).toEqual([]);

  // Told ahead of the very event that decides: that is taken in all the same, and what follows from it is kept back.
  const caseId = randomUUID();
  const early = { caseId, targetId: randomUUID(), url: `https://alpha.example/${caseId}` };
  expect(await tell(caseId, 1n)).toEqual([]);
  await publish(early, 1, held);
  await waits(caseId);
  await publish(early, 2, released);
  const { noticeId: later } = await takedown.notice(caseId);
  await eventually("it left", () => isThere(later));
});

test("a case that is held is suspended all the same, and reinstated only when the hold ends", async () => {
  const sent = await takedown.decide("alpha.example");
  const { noticeId } = await takedown.notice(sent.caseId);
  const isp = await takedown.isp("alpha");
  await using stream = watch(isp, 0, ["ACTION_REMOVE", "ACTION_SUSPEND", "ACTION_RESTORE"]);
  const revisions = () => stream.notices.filter((n) => n.noticeId === noticeId).map((n) => n.revision);
  await eventually("it left", () => revisions().includes(1));
  await isp.acknowledgeNotice({ noticeId, revision: 1 });
  expect(await tell(sent.caseId, 2n)).toHaveLength(1);
  const decision = aDecision(`decision of ${sent.caseId}`);
  const state = "CASE_STATE_QUEUED";
  const doubt = aDoubt(decision.decisionId);
  await takedown.publishCase(sent.caseId, 2, sent.url, {
    targetId: sent.targetId,
    decision,
    state,
    doubt,
    holds: held,
  });
  await eventually("it is told to wait", () => revisions().includes(2));
  await isp.acknowledgeNotice({ noticeId, revision: 2 });
  await publish(sent, 3, held);
  // Its own next notice shows that the event before was taken in.
  const other = await takedown.decide("alpha.example");
  await eventually("another left", () =>
    stream.notices.some((n) => payloadOf(n).targets[0]?.targetId === other.targetId),
  );
  expect((await takedown.notice(sent.caseId)).state).toBe("NOTICE_STATE_SUSPENDED");
  expect((await isp.getNotice({ noticeId })).notice?.waitsForPolice).toBeUndefined();
  await publish(sent, 4, released);
  await eventually("it is asked for again", () => revisions().includes(3));
  expect(revisions()).toEqual([1, 2, 3]);
});

test("it is for casework alone, and names a case and its holds", async () => {
  const identityDir = await takedown.bed.identity("service", "intake");
  await using intake = connect(HoldingServiceService, { address: takedown.address, identityDir });
  const request = { caseId: "x", caseVersion: 1n, holds: held };
  await expect(intake.tellHolds(request)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  for (const wrong of [{ caseId: "" }, { holds: undefined }]) {
    await expect(casework.tellHolds({ ...request, ...wrong })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  }
});
