import { nouns } from "@ntd/bus";
import { flatPicture, generatePicture, reencode } from "@ntd/imagehash/generated";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { decide, queued } from "./assessor.ts";
import { watchAs } from "./isp.ts";
import { startStage, type Stage } from "./stage.ts";

test("a set without auto_issue waits for a person, whose decision sends the notice", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(11);
  await stage.list("partner", [picture], { autoIssue: false });
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/11.jpg", picture);
  const report = await stage.report(stage.url("alpha", "/11.jpg"));
  const found = await queued(stage, report, "QUEUE_REASON_SET_NEEDS_PERSON");
  expect((await stage.facts(report)).notices).toEqual([]);
  await decide(stage, found.caseId, "VERDICT_ILLEGAL");
  const facts = await eventually("a notice", async () => {
    const now = await stage.facts(report);
    return now.notices.length === 1 && now;
  });
  expect(facts.case?.decision).toMatchObject({ verdict: "VERDICT_ILLEGAL", decidedBy: "assessor/chandra" });
});

test("too little detail, no picture and too few votes each wait for a person under their own reason", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(12);
  await stage.list("national", [picture], { minVotes: 9 });
  stage.host.put("/flat.jpg", await flatPicture());
  stage.host.put("/text.jpg", Buffer.from("this is no picture ".repeat(100)));
  stage.host.put("/12.jpg", picture);
  const reasons = { "/flat.jpg": "TOO_LITTLE_DETAIL", "/text.jpg": "NOT_MEDIA", "/12.jpg": "TOO_FEW_VOTES" };
  for (const [path, reason] of Object.entries(reasons)) {
    await queued(stage, await stage.report(stage.url("alpha", path)), `QUEUE_REASON_${reason}`);
  }
  expect(await stage.bed.published(nouns.notice)).toEqual([]);
});

test("a listed hash attached to an innocent address raises its priority and leads to no notice", async () => {
  await using stage = await startStage();
  const listed = await generatePicture(13);
  await stage.list("national", [listed]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/13.jpg", await generatePicture(1300));
  const url = stage.url("alpha", "/13.jpg");
  const { hashPicture } = await import("@ntd/imagehash");
  const hashed = await hashPicture(listed);
  const hex = hashed.ok ? Buffer.from(hashed.pdq.forms.original).toString("hex") : "";
  const report = await stage.report(url, {
    targets: [
      {
        url,
        observedTime: undefined,
        mediaType: "MEDIA_TYPE_IMAGE",
        fingerprints: [{ algorithm: "ALGORITHM_PDQ", hex }],
      },
    ],
  });
  const found = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  expect(found.hits).toEqual([]);
  await eventually("raised", async () => (await stage.facts(report)).case?.priority === "PRIORITY_RAISED");
  expect(await stage.bed.published(nouns.notice)).toEqual([]);
});

test("a report event that arrives again after match and decision changes nothing", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(14);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/14.jpg", picture);
  const report = await stage.report(stage.url("alpha", "/14.jpg"));
  const before = await eventually("a notice", async () => {
    const now = await stage.facts(report);
    return now.notices.length === 1 && now.notices[0]?.offeredTime === undefined && now;
  });
  const [event] = await stage.bed.published(nouns.report);
  if (event === undefined) throw new Error("no report was published");
  for (let again = 0; again < 3; again++)
    await stage.bed.publish(nouns.report, event.verb, event.data.reportId, event.version, event.data);
  await eventually("casework has read them", async () => {
    const info = await stage.bed.bus.manager.consumers.info("INTAKE", "casework-report");
    return info.num_pending === 0 && info.num_ack_pending === 0 && info.delivered.consumer_seq >= 4;
  });
  const after = await stage.facts(report);
  expect(after.case).toEqual(before.case);
  expect(after.notices).toEqual(before.notices);
});

test("not illegal, then other content at the same address is judged anew; a new report of the old content queues it again", async () => {
  await using stage = await startStage();
  const other = await generatePicture(16);
  await stage.list("national", [other]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/15.jpg", await generatePicture(15));
  const url = stage.url("alpha", "/15.jpg");
  const report = await stage.report(url);
  const first = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  await decide(stage, first.caseId, "VERDICT_NOT_ILLEGAL");
  await eventually(
    "decided",
    async () => (await stage.facts(report)).case?.decision?.verdict === "VERDICT_NOT_ILLEGAL",
  );
  stage.clock.advance(60_000);
  await stage.report(url);
  await queued(stage, report, "QUEUE_REASON_REPORTED_AGAIN");
  stage.host.put("/15.jpg", await reencode(other, { quality: 60 }));
  stage.clock.advance(60_000);
  await stage.report(url);
  const facts = await eventually("the other content is noticed", async () => {
    const now = await stage.facts(report);
    return now.notices.length === 1 && now;
  });
  expect(facts.target?.episode).toBe(2);
  expect(facts.cases[0]?.decision?.verdict).toBe("VERDICT_NOT_ILLEGAL");
  expect(facts.cases[1]).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", decision: { verdict: "VERDICT_ILLEGAL" } });
});

test("a person's decision stands when a match arrives later: the case is queued with the evidence, not overruled", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(17);
  await stage.list("other", [await generatePicture(1700)]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/17.jpg", picture);
  const report = await stage.report(stage.url("alpha", "/17.jpg"));
  const first = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  await decide(stage, first.caseId, "VERDICT_NOT_ILLEGAL");
  await stage.list("national", [picture]);
  const again = await queued(stage, report, "QUEUE_REASON_NEW_EVIDENCE");
  expect(again.decision).toMatchObject({ verdict: "VERDICT_NOT_ILLEGAL", decidedBy: "assessor/chandra" });
  expect(again.hits).toMatchObject([{ setId: "national" }]);
  expect((await stage.facts(report)).notices).toEqual([]);
});

/** A case that a person decides while takedown is away; meanwhile every eye is told that nothing is there any more. */
async function decidedThenGone(
  stage: Stage,
  decision: (found: { caseId: string }) => Promise<void>,
  autoIssue: boolean,
) {
  const picture = await generatePicture(18);
  await stage.list("partner", [picture], { autoIssue });
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/18.jpg", picture);
  if (autoIssue) await stage.stop("takedown");
  const report = await stage.report(stage.url("alpha", "/18.jpg"));
  const found = await eventually("a case to decide on", async () => {
    const { case: aCase } = await stage.facts(report);
    return aCase !== undefined && aCase.hits.length > 0 && aCase.state !== "CASE_STATE_OPEN" && aCase;
  });
  if (!autoIssue) await stage.stop("takedown");
  await decision(found);
  stage.host.remove("/18.jpg");
  await stage.report(stage.url("alpha", "/18.jpg"));
  await stage.untilGone(report);
  await stage.start("takedown");
  return report;
}

test("the target goes between a person's decision and the notice: the notice leaves all the same", async () => {
  await using stage = await startStage();
  const report = await decidedThenGone(stage, ({ caseId }) => decide(stage, caseId, "VERDICT_ILLEGAL"), false);
  await using isp = await watchAs(stage, "alpha");
  const notice = await isp.noticeFor(stage.url("alpha", "/18.jpg"));
  const sent = await eventually("it is stamped", async () => {
    const [now] = (await stage.facts(report)).notices;
    return now?.offeredTime !== undefined && now;
  });
  expect(sent.targets).toMatchObject([{ goneBeforeOffer: false, targetState: "TARGET_STATE_GONE" }]);
  await isp.client.acknowledgeNotice({ noticeId: notice.noticeId, revision: notice.revision });
  const closed = await eventually("its provider has it, and nothing is left to wait for", async () => {
    const [now] = (await stage.facts(report)).notices;
    return now?.state === "NOTICE_STATE_CLOSED" && now;
  });
  expect(closed.verifiedGoneTime).toBeDefined();
});

test("the target goes between a machine's decision and the notice: already gone, no open notice is left", async () => {
  await using stage = await startStage();
  const report = await decidedThenGone(stage, async () => undefined, true);
  await using isp = await watchAs(stage, "alpha");
  const facts = await eventually("the notice is closed", async () => {
    const now = await stage.facts(report);
    return now.notices[0]?.state === "NOTICE_STATE_CLOSED" && now;
  });
  expect(facts.notices).toMatchObject([{ offeredTime: undefined, targets: [{ goneBeforeOffer: true, answers: [] }] }]);
  expect(isp.received).toEqual([]);
});

test("something else is there between a machine's decision and the notice: no notice leaves, and the case goes back", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(19);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/19.jpg", picture);
  await stage.stop("takedown");
  const url = stage.url("alpha", "/19.jpg");
  const report = await stage.report(url);
  await eventually("a machine's decision", async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === "CASE_STATE_AUTO_DECIDED";
  });
  stage.host.put("/19.jpg", await generatePicture(1900));
  stage.clock.advance(60_000);
  await stage.report(url);
  await eventually("something else is there", async () => (await stage.facts(report)).cases.length === 2);
  await stage.start("takedown");
  await using isp = await watchAs(stage, "alpha");
  const { cases, notices } = await eventually("the case is back", async () => {
    const facts = await stage.facts(report);
    return facts.cases[0]?.state === "CASE_STATE_QUEUED" && facts;
  });
  expect(cases[0]).toMatchObject({
    queueReason: "QUEUE_REASON_SOMETHING_ELSE",
    goneStrength: "GONE_STRENGTH_REPLACED",
    decision: { decidedBy: "machine", verdict: "VERDICT_ILLEGAL" },
  });
  expect(notices).toMatchObject([{ state: "NOTICE_STATE_CLOSED", offeredTime: undefined }]);
  expect(isp.received).toEqual([]);
});

test("a machine's notice whose provider comes hours later leaves on a sighting that the prober makes for it", async () => {
  await using stage = await startStage();
  const picture = await generatePicture(19);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  stage.host.put("/19.jpg", picture);
  const url = stage.url("alpha", "/19.jpg");
  const report = await stage.report(url);
  await eventually("a notice", async () => (await stage.facts(report)).notices.length === 1);
  stage.clock.advance(2 * 3_600_000);
  await using isp = await watchAs(stage, "alpha");
  const notice = await isp.noticeFor(url);
  // The notice is with its provider before its event is with us.
  const verbs = await eventually("it was offered", async () => {
    const told = (await stage.bed.published(nouns.notice)).map((event) => event.verb);
    return told.includes("offered") && told;
  });
  expect(verbs).toEqual(["issued", "look_asked", "observed", "offered"]);
  const [{ offeredTime, targets } = { offeredTime: undefined, targets: [] }] = (await stage.facts(report)).notices;
  expect(offeredTime?.getTime()).toBeLessThanOrEqual((targets[0]?.lastSeenTime?.getTime() ?? 0) + 60_000);
  expect(isp.received.map((n) => n.noticeId)).toEqual([notice.noticeId]);
});
