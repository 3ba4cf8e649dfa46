import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { ComplianceServiceService } from "@ntd/proto/compliance/v1/compliance_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { eventually, plainOutcome, setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import { watchAs } from "./isp.ts";
import { uploadOf } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

async function noticed(stage: Stage, path: string, domain = "alpha") {
  const report = await stage.report(stage.url(domain, path));
  await eventually("a notice", async () => (await stage.facts(report)).notices.length === 1);
  return report;
}

test("who uploaded a release cannot approve it", async () => {
  await using stage = await startStage();
  const amina = await stage.client(HashListServiceService, "hashlists", "maintainer", "amina");
  const policy = {
    owner: "h",
    role: "SET_ROLE_POSITIVE" as const,
    autoIssue: false,
    minVotes: 1,
    thresholds: undefined,
  };
  await amina.createSet({ requestId: randomUUID(), setId: "own", policy, members: setMembers("amina", "budi") });
  const csv = `algorithm,value,quality,scheme,code,votes,source_id\nmd5,${"ab".repeat(16)},,s,c,1,x\n`;
  const { release } = await amina.uploadRelease(uploadOf("own", csv));
  const approve = amina.approveRelease({ requestId: randomUUID(), releaseId: release?.releaseId ?? "" });
  await expect(approve).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const { releases } = await amina.listReleases({ setId: "own", pageSize: 10, pageToken: "" });
  expect(releases).toMatchObject([{ state: "RELEASE_STATE_VALIDATED", approvedBy: "" }]);
});

test("a provider that is offline gets its notice on return; until acknowledged it comes again", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(21);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/21.jpg", picture);
  const report = await noticed(stage, "/21.jpg");
  {
    await using isp = await watchAs(stage, "alpha");
    await isp.noticeFor(stage.url("alpha", "/21.jpg"));
  }
  await stage.stop("takedown");
  await stage.start("takedown");
  await using back = await watchAs(stage, "alpha");
  const notice = await back.noticeFor(stage.url("alpha", "/21.jpg"));
  await back.client.acknowledgeNotice({ noticeId: notice.noticeId, revision: notice.revision });
  await eventually(
    "acknowledged",
    async () => (await stage.facts(report)).notices[0]?.state === "NOTICE_STATE_ACKNOWLEDGED",
  );
});

test("another provider's notice is NOT_FOUND, whatever is asked", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(22);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  await stage.registerProvider("beta", "beta");
  stage.host.put("/22.jpg", picture);
  const report = await noticed(stage, "/22.jpg");
  const noticeId = (await stage.facts(report)).notices[0]?.noticeId ?? "";
  await using beta = await watchAs(stage, "beta");
  const targetId = (await stage.facts(report)).target?.targetId ?? "";
  const outcome = {
    targetId,
    outcome: "OUTCOME_REMOVED" as const,
    cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED" as const,
    measureTime: undefined,
    reference: "",
    ...plainOutcome,
  };
  const attempts = [
    beta.client.getNotice({ noticeId }),
    beta.client.acknowledgeNotice({ noticeId, revision: 1 }),
    beta.client.reportOutcome({ requestId: randomUUID(), noticeId, revision: 1, outcomes: [outcome] }),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ reason: "NOT_FOUND" });
  expect(
    (await beta.client.listNotices({ state: "NOTICE_STATE_UNSPECIFIED", pageSize: 10, pageToken: "", caseId: "" }))
      .notices,
  ).toEqual([]);
  expect(beta.received).toEqual([]);
  expect((await stage.facts(report)).notices[0]?.answeredTime).toBeUndefined();
});

test("dispatch halted: nothing leaves; resumed: everything does", async () => {
  await using stage = await startStage();
  const pictures = [await generatePicture(23), await generatePicture(24)];
  await stage.list("national", pictures);
  await stage.registerProvider("alpha", "alpha");
  const admin = await stage.client(ProviderServiceService, "takedown", "operator", "admin");
  await admin.haltDispatch({ requestId: randomUUID(), reason: "drill" });
  await using isp = await watchAs(stage, "alpha");
  for (const [i, picture] of pictures.entries()) {
    stage.host.put(`/h${i}.jpg`, picture);
    await noticed(stage, `/h${i}.jpg`);
  }
  await stage.stop("takedown");
  await stage.start("takedown");
  const notices = await stage.bed.published(nouns.notice);
  expect(notices.every(({ data }) => data.offeredTime === undefined)).toBe(true);
  expect(isp.received).toEqual([]);
  const resumed = await stage.client(ProviderServiceService, "takedown", "operator", "admin");
  await resumed.resumeDispatch({ requestId: randomUUID() });
  await eventually("both have come", () => new Set(isp.received.map((n) => n.noticeId)).size === 2);
});

test("an address of no known provider waits unattributed, and the provider a person names gets the notice", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(25);
  await stage.list("national", [picture]);
  await stage.registerProvider("beta", "beta");
  stage.host.put("/25.jpg", picture);
  const report = await stage.report(stage.url("gamma", "/25.jpg"));
  const admin = await stage.client(ProviderServiceService, "takedown", "operator", "admin");
  const [waiting] = await eventually("unattributed", async () => {
    const { dispatches } = await admin.listUnattributed({ pageSize: 10, pageToken: "" });
    return dispatches.length === 1 && dispatches;
  });
  expect(waiting?.url).toBe(stage.url("gamma", "/25.jpg"));
  await using isp = await watchAs(stage, "beta");
  await admin.assignProvider({
    requestId: randomUUID(),
    dispatchId: waiting?.dispatchId ?? "",
    providerId: "beta",
    action: "ACTION_REMOVE",
  });
  await isp.noticeFor(stage.url("gamma", "/25.jpg"));
  expect((await stage.facts(report)).notices).toMatchObject([{ providerId: "beta", action: "ACTION_REMOVE" }]);
});

test("a provider claims removal while the file is still there: the claim and what was seen stay apart", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(26);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  await using isp = await watchAs(stage, "alpha");
  stage.host.put("/26.jpg", picture);
  const url = stage.url("alpha", "/26.jpg");
  const report = await stage.report(url);
  await isp.answer(await isp.noticeFor(url));
  await stage.passSlots("/26.jpg", 4);
  const regulator = await stage.client(ComplianceServiceService, "compliance", "regulator", "mcr");
  await eventually("the regulator sees that the claim is contradicted", async () => {
    const all = { providerId: "", fromTime: new Date(0), toTime: new Date(8e12), pageSize: 10, pageToken: "" };
    return (await regulator.listNoticeTimes(all)).noticeTimes[0]?.claimedStillPresent;
  });
  // Services that follow each other must stop: seen again and again, there is no more to tell.
  const told = async () =>
    (await stage.bed.published(nouns.target)).length + (await stage.bed.published(nouns.notice)).length;
  const before = await told();
  await stage.passSlots("/26.jpg", 3);
  expect(await told()).toBe(before);
  const { notices, target } = await stage.facts(report);
  expect(target?.state).toBe("TARGET_STATE_PRESENT");
  expect(notices).toMatchObject([
    { state: "NOTICE_STATE_ANSWERED", targets: [{ goneTime: undefined, answers: [{ outcome: "OUTCOME_REMOVED" }] }] },
  ]);
});

test("the prober is down for an hour: no false gone when it is back, and a real one in its own slots", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(27);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/27.jpg", picture);
  const report = await noticed(stage, "/27.jpg");
  await stage.stop("prober");
  stage.clock.advance(3600_000);
  await stage.start("prober");
  await stage.passSlots("/27.jpg", 2);
  expect((await stage.facts(report)).target?.state).toBe("TARGET_STATE_PRESENT");
  stage.host.put("/27.jpg", 503);
  await stage.passSlots("/27.jpg", 4);
  expect((await stage.facts(report)).target?.state).not.toBe("TARGET_STATE_GONE");
  stage.host.put("/27.jpg", 410);
  await stage.untilGone(report);
});
