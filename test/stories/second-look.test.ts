import { randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decide, queued } from "./assessor.ts";
import { payloadOf, watchAs, type Isp } from "./isp.ts";
import { startStage, type Stage } from "./stage.ts";

let stage: Stage;
let isp: Isp;
beforeAll(async () => {
  const casework = { SECOND_REVIEW: "after", SECOND_FIRST: "0", SUPERVISORS: "sam,sue" };
  stage = await startStage({ settings: { casework } });
  await stage.registerProvider("alpha", "alpha");
  isp = await watchAs(stage, "alpha", ["ACTION_SUSPEND", "ACTION_RESTORE"]);
});
afterAll(async () => {
  await isp[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

async function reported(n: number) {
  const url = stage.url("alpha", `/second-${n}.jpg`);
  stage.host.put(`/second-${n}.jpg`, await generatePicture(900 + n));
  const report = await stage.report(url);
  const { caseId } = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  return { url, report, caseId };
}

const actions = (url: string) =>
  isp.received
    .map(payloadOf)
    .filter(({ targets }) => targets[0]?.url === url)
    .map(({ requestedAction, revision }) => `${requestedAction} ${revision}`);

test("what is in doubt leaves once two persons have decided it, and not before", async () => {
  const { url, report, caseId } = await reported(1);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ann", inDoubt: true });
  await queued(stage, report, "QUEUE_REASON_SECOND_LOOK");
  await expect(decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ann" })).rejects.toMatchObject({
    reason: "SAME_PERSON",
  });
  expect((await stage.facts(report)).notices).toEqual([]);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ben" });
  await isp.noticeFor(url);
  expect((await stage.facts(report)).case?.decision).toMatchObject({ decidedBy: "assessor/ann" });
});

test("what was sent is suspended when the second look disagrees, and restored when a supervisor does, too", async () => {
  const { url, report, caseId } = await reported(2);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ann" });
  await isp.noticeFor(url);
  await decide(stage, caseId, "VERDICT_NOT_ILLEGAL", { by: "ben" });
  await eventually("told to wait", () => actions(url).includes("ACTION_SUSPEND 2"));
  await expect(decide(stage, caseId, "VERDICT_NOT_ILLEGAL", { by: "cyd" })).rejects.toMatchObject({
    reason: "WRONG_STATE",
  });
  await decide(stage, caseId, "VERDICT_NOT_ILLEGAL", { by: "sue" });
  await eventually("told to restore", () => actions(url).includes("ACTION_RESTORE 3"));
  expect((await stage.facts(report)).case?.decision).toMatchObject({
    decidedBy: "assessor/sue",
    confirmedBy: "assessor/ben",
  });
});

test("where a supervisor upholds what the second look doubts, it is asked for again", async () => {
  const { url, caseId } = await reported(3);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ann" });
  await isp.noticeFor(url);
  await decide(stage, caseId, "VERDICT_NOT_ILLEGAL", { by: "ben" });
  await eventually("told to wait", () => actions(url).includes("ACTION_SUSPEND 2"));
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "sam" });
  await eventually("asked again", () => actions(url).includes("ACTION_REMOVE 3"));
});

test("what police reported is sent on one person's word, and looked at afterwards", async () => {
  const url = stage.url("alpha", "/second-4.jpg");
  stage.host.put("/second-4.jpg", await generatePicture(904));
  const police = await stage.client(ReportServiceService, "intake", "police", "pam");
  const target = { url, observedTime: undefined, mediaType: "MEDIA_TYPE_IMAGE" as const, fingerprints: [] };
  const { name: report } = await police.submitReport({
    requestId: randomUUID(),
    channel: "CHANNEL_POLICE",
    targets: [target],
    description: "",
    threat: undefined,
    language: "en",
  });
  const { caseId } = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ann", inDoubt: true });
  await isp.noticeFor(url);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ben" });
  expect(actions(url)).toEqual(["ACTION_REMOVE 1"]);
});
