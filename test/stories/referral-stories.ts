import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { ReadingServiceService } from "@ntd/proto/operations/v1/reading_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { decide, queued, undecidedAt } from "./assessor.ts";
import { payloadOf, watchAs } from "./isp.ts";
import { referral } from "./police.ts";
import { startStage, type Stage } from "./stage.ts";

/** What police are told, and who reports for themselves; the same by each pairing of servers. */
export function referralStories(pairing: Pairing): void {
  test("unknown material is referred, acknowledged and answered; the assessor sees what police said", async () => {
    await using stage = await staged(pairing);
    const { caseId, url } = await undecidedAt(stage, "/new.jpg", 1121);
    await decide(stage, caseId, "VERDICT_ILLEGAL");
    expect((await referral(stage, caseId)).referral).toMatchObject({
      causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL"],
      acknowledgedTime: undefined,
    });
    const pam = await stage.client(ReferralServiceService, "casework", "police", "pam");
    const open = async () =>
      (await pam.listReferrals({ pageSize: 10, pageToken: "", withAcknowledged: false })).referrals;
    expect(await open()).toHaveLength(1);
    expect((await pam.getReferral({ caseId })).file?.url).toBe(url);
    await pam.acknowledgeReferral({ requestId: randomUUID(), caseId, policeReference: "CCU 12/26" });
    expect(await open()).toEqual([]);
    const said = { outcome: "REFERRAL_OUTCOME_CHILD_IDENTIFIED" as const, text: "a child of nine is safe" };
    await pam.feedbackReferral({ requestId: randomUUID(), caseId, ...said });
    const assessor = await stage.client(AssessmentServiceService, "casework", "assessor", "chandra");
    const { police } = await assessor.getDossier({ caseId });
    expect(police.join("\n")).toContain("a child of nine is safe");
    const operator = await stage.client(ReadingServiceService, "casework", "operator", "admin");
    const { readings } = await operator.listReadings({
      caseId,
      reader: "",
      resource: "",
      pageSize: 100,
      pageToken: "",
    });
    expect(readings.map(({ reader }) => reader)).toEqual(expect.arrayContaining(["police/pam", "assessor/chandra"]));
  });

  test("what is gone before it is decided is referred all the same, and is asked to be preserved", async () => {
    await using stage = await staged(pairing);
    await using isp = await watchAs(stage, "alpha");
    const { caseId, url, report } = await undecidedAt(stage, "/brief.jpg", 1122);
    stage.host.remove("/brief.jpg");
    // Nothing presses, so its next look is a day off; but each report asks for one.
    await stage.report(url);
    await stage.untilGone(report);
    await decide(stage, caseId, "VERDICT_ILLEGAL", { despiteGone: true });
    expect(await referral(stage, caseId)).toMatchObject({ isGone: true });
    const notice = await isp.noticeFor(url);
    expect(payloadOf(notice).preserveFor?.seconds).toBe(365n * 86_400n);
    await isp.answer(notice, "OUTCOME_ALREADY_GONE", { preservation: "PRESERVATION_PRESERVED" });
    const kept = await eventually("it is answered", async () => {
      const [first] = (await stage.facts(report)).notices;
      return first?.targets[0]?.answers[0];
    });
    expect(kept.preservation).toBe("PRESERVATION_PRESERVED");
  });

  test("a child reports its own picture: who helps is answered, it goes ahead, and police hear of a victim", async () => {
    await using stage = await staged(pairing);
    stage.host.put("/mine.jpg", await generatePicture(1123));
    const url = stage.url("alpha", "/mine.jpg");
    const answer = await tell(stage, { urls: [url], description: "it is me", happeningToMe: true, selfMade: true });
    expect(answer.helplines?.helplines.length).toBeGreaterThan(0);
    const found = await queued(stage, answer.name, "QUEUE_REASON_NO_HIT");
    expect(found.lane).toBe("LANE_VICTIM");
    await decide(stage, found.caseId, "VERDICT_ILLEGAL");
    const told = await referral(stage, found.caseId);
    expect(told).toMatchObject({ reporterIsVictim: true });
    expect(told.referral?.causes).toContain("REFERRAL_CAUSE_VICTIM");
  });

  test("words without an address are a person's at once, and what cannot be removed is not decided illegal", async () => {
    await using stage = await staged(pairing);
    const answer = await tell(stage, { urls: [], description: "somebody writes to my sister", happeningToMe: true });
    const found = await eventually("a case of words", async () => {
      const cases = await stage.bed.published(nouns.case);
      return cases.findLast(({ data }) => data.isTextOnly === true)?.data;
    });
    expect(found).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_TEXT_ONLY",
      lane: "LANE_VICTIM",
    });
    await expect(decide(stage, found.caseId, "VERDICT_ILLEGAL")).rejects.toMatchObject({
      reason: expect.any(String) as string,
    });
    const assessor = await stage.client(AssessmentServiceService, "casework", "assessor", "chandra");
    const { reports } = await assessor.getDossier({ caseId: found.caseId });
    expect(reports.map(({ description }) => description)).toEqual(["somebody writes to my sister"]);
    await decide(stage, found.caseId, "VERDICT_OUT_OF_SCOPE");
    const intake = await stage.client(ReportServiceService, "intake", "reporter", "public");
    await eventually("it is closed", async () => {
      const { status, sentence } = await intake.getReport({ name: answer.name });
      return status === "REPORT_STATUS_CLOSED" && (sentence ?? "") !== "";
    });
  });
}

async function staged(pairing: Pairing): Promise<Stage> {
  const HELPLINES_FILE = new URL("../../deploy/helplines.yaml", import.meta.url).pathname;
  const stage = await startStage({ pairing, settings: { intake: { HELPLINES_FILE } } });
  await stage.registerProvider("alpha", "alpha");
  return stage;
}

interface Told {
  urls: readonly string[];
  description: string;
  happeningToMe?: boolean;
  selfMade?: boolean;
}

async function tell(stage: Stage, { urls, ...said }: Told) {
  const intake = await stage.client(ReportServiceService, "intake", "reporter", "public");
  const nothing = { observedTime: undefined, mediaType: "MEDIA_TYPE_UNSPECIFIED" as const, fingerprints: [] };
  return intake.submitReport({
    requestId: randomUUID(),
    channel: "CHANNEL_PUBLIC",
    targets: urls.map((url) => ({ url, ...nothing })),
    threat: undefined,
    language: "en",
    ...said,
  });
}
