import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ComplianceServiceService } from "@ntd/proto/compliance/v1/compliance_service";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import { problemOf } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { decide, queued, say } from "./assessor.ts";
import { watchAs } from "./isp.ts";
import { startStage, type Stage } from "./stage.ts";

const MINUTE = 60_000;
const always = { fromTime: new Date(0), toTime: new Date(8e12) };
const page = { pageSize: 10, pageToken: "" };

/** Minutes instead of a day: for what was never there, and until blindness is a person's question. */
const hurried = { prober: { NEVER_SEEN_SLOTS: "0,1,2,3", UNREACHABLE_MS: String(10 * MINUTE) } };

const challenge = Buffer.from(`<!doctype html><title>Making sure you're not a bot!</title>
<script id="anubis_challenge" type="application/json">{"rules":{"difficulty":4},"challenge":"aa"}</script>
<h1>Making sure you're not a bot!</h1>`);

/** The picture for browsers, and nothing for whoever names itself. */
const cloaking = (picture: Uint8Array) => (request: IncomingMessage) =>
  request.headers["user-agent"]?.startsWith("Mozilla/") === true ? picture : 404;

/** Waits until the counts of the regulator's scorecard are these, by name. */
async function counted(stage: Stage, counts: Record<string, number>): Promise<void> {
  const regulator = await stage.client(ComplianceServiceService, "compliance", "regulator", "mcr");
  await eventually(`the figures are ${JSON.stringify(counts)}`, async () => {
    const { figures } = await regulator.getScorecard({ providerId: "", ...always });
    const all = figures.flatMap(({ name, value }) => (value?.$case === "count" ? [[name, Number(value.value)]] : []));
    expect(Object.fromEntries(all)).toMatchObject(counts);
    return true;
  });
}

const reported = async (stage: Stage, url: string) => {
  const report = await stage.report(url);
  const target = await eventually("a first look", async () => (await stage.facts(report)).target);
  return { report, targetId: target.targetId };
};

test("an assessor who saw what answers 404 to our eyes is asked first, and with despite_gone the notice reaches its provider", async () => {
  await using stage = await startStage({ settings: hurried });
  await stage.registerProvider("alpha", "alpha");
  await using isp = await watchAs(stage, "alpha");
  const url = stage.url("alpha", "/for-browsers.jpg");
  const { report } = await reported(stage, url);
  const { caseId } = await queued(stage, report, "QUEUE_REASON_ABSENT");
  await stage.untilGone(report);
  await eventually("its case knows", async () => (await stage.facts(report)).case?.goneTime !== undefined);
  const refused = await decide(stage, caseId, "VERDICT_ILLEGAL").catch(problemOf);
  expect(refused).toMatchObject({ reason: "GONE", metadata: { eyes: "browser" } });
  expect((await stage.facts(report)).notices).toEqual([]);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { despiteGone: true });
  const notice = await isp.noticeFor(url);
  const { notices } = await eventually("it is stamped", async () => {
    const facts = await stage.facts(report);
    return facts.notices[0]?.offeredTime !== undefined && facts;
  });
  expect(notices).toMatchObject([{ noticeId: notice.noticeId, targets: [{ goneBeforeOffer: false }] }]);
  await counted(stage, { issued: 1, gone_when_sent: 1, observed_gone: 0 });
});

test("an assessor who decides on a name that cannot be reached from here sends a notice", async () => {
  await using stage = await startStage({ settings: hurried });
  await stage.registerProvider("alpha", "alpha");
  await using isp = await watchAs(stage, "alpha");
  const url = `http://${"a".repeat(56)}.onion/1.jpg`;
  const { report } = await reported(stage, url);
  const { caseId } = await queued(stage, report, "QUEUE_REASON_UNREACHABLE");
  await decide(stage, caseId, "VERDICT_ILLEGAL");
  const operator = await stage.client(ProviderServiceService, "takedown", "operator", "admin");
  const { dispatchId } = await eventually("nobody is known to host it", async () => {
    return (await operator.listUnattributed(page)).dispatches.find((dispatch) => dispatch.caseId === caseId);
  });
  const assigned = { requestId: randomUUID(), dispatchId, providerId: "alpha", action: "ACTION_REMOVE" as const };
  await operator.assignProvider(assigned);
  await isp.noticeFor(url);
  await counted(stage, { issued: 1, open: 1, observed_gone: 0 });
});

test("a host that challenges after the notice has removed nothing: nobody can see it, a person is asked, and two persons' word is counted apart", async () => {
  await using stage = await startStage({ settings: hurried });
  const picture = await generatePicture(41);
  await stage.list("national", [picture]);
  await stage.registerProvider("alpha", "alpha");
  await using isp = await watchAs(stage, "alpha");
  stage.host.put("/41.jpg", picture);
  const url = stage.url("alpha", "/41.jpg");
  const { report, targetId } = await reported(stage, url);
  const notice = await isp.noticeFor(url);
  stage.host.put("/41.jpg", challenge);
  await isp.answer(notice);
  await stage.passSlots("/41.jpg", 12);
  const assessor = await stage.client(ProbeServiceService, "prober", "assessor", "chandra");
  const [asked] = await eventually("a person is asked", async () => {
    const { targets } = await assessor.listUnseen(page);
    return targets.length > 0 && targets;
  });
  expect(asked).toMatchObject({ targetId, reason: "PROBE_REASON_CHALLENGE", url, timesAsked: 1, needsSecond: false });
  await counted(stage, { issued: 1, claimed_removed: 1, open: 1, not_observable: 1, observed_gone: 0 });

  expect(await say(stage, "chandra", targetId, "SIGHTING_GONE")).toBe(true);
  expect((await stage.facts(report)).target?.state).toBe("TARGET_STATE_UNSEEN");
  expect(await say(stage, "dara", targetId, "SIGHTING_GONE")).toBe(false);
  await counted(stage, { issued: 1, gone_by_persons: 1, open: 0, not_observable: 0, observed_gone: 0 });
  expect((await assessor.listUnseen(page)).targets).toEqual([]);
});

test("a host that cloaks: the notice that an assessor decided leaves, it is still present, and its timeline names the eye that is shown nothing", async () => {
  await using stage = await startStage({ settings: hurried });
  const picture = await generatePicture(42);
  await stage.list("partner", [picture], { autoIssue: false });
  await stage.registerProvider("alpha", "alpha");
  await using isp = await watchAs(stage, "alpha");
  stage.host.put("/42.jpg", cloaking(picture));
  const url = stage.url("alpha", "/42.jpg");
  const { report } = await reported(stage, url);
  const { caseId } = await queued(stage, report, "QUEUE_REASON_SET_NEEDS_PERSON");
  await decide(stage, caseId, "VERDICT_ILLEGAL");
  await isp.answer(await isp.noticeFor(url));
  await stage.passSlots("/42.jpg", 6);
  await counted(stage, { issued: 1, open: 1, claimed_still_present: 1, cloaked: 1, observed_gone: 0 });
  const regulator = await stage.client(ComplianceServiceService, "compliance", "regulator", "mcr");
  const asked = { providerId: "alpha", ...always, ...page };
  const shownNothing = {
    eye: "declared",
    observation: "OBSERVATION_ABSENT",
    reason: "PROBE_REASON_HTTP_NOT_FOUND",
    evidenceId: expect.stringMatching(/./),
  };
  const { noticeTimes } = await regulator.listNoticeTimes(asked);
  expect(noticeTimes).toMatchObject([{ goneTime: undefined, cloaked: [shownNothing] }]);
  await eventually(
    "the assessor sees it",
    async () => (await stage.facts(report)).case?.cloaked[0]?.eye === "declared",
  );
});

test("an address with nothing at it waits in the queue at once, and is closed in bulk, unopened, once its looks are over", async () => {
  await using stage = await startStage({ settings: hurried });
  const { report } = await reported(stage, stage.url("alpha", "/none.jpg"));
  const { caseId } = await queued(stage, report, "QUEUE_REASON_ABSENT");
  expect(stage.host.requests("/none.jpg")).toBe(1);
  const assessor = await stage.client(CaseServiceService, "casework", "assessor", "chandra");
  const close = () => assessor.closeAbsentCases({ requestId: randomUUID(), maxCount: 100 });
  expect(await close()).toEqual({ closedCount: 0, leftCount: 1 });
  await stage.untilGone(report);
  await eventually("its case knows", async () => (await stage.facts(report)).case?.goneTime !== undefined);
  expect(await close()).toEqual({ closedCount: 1, leftCount: 0 });
  const closed = await eventually("it is decided", async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === "CASE_STATE_DECIDED" && found;
  });
  expect(closed).toMatchObject({
    caseId,
    decision: { verdict: "VERDICT_OUT_OF_SCOPE", decidedBy: "assessor/chandra" },
  });
  expect(await stage.bed.published(nouns.notice)).toEqual([]);
});
