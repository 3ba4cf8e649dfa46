import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { startStage } from "./stage.ts";

const deployed = (file: string) => join(import.meta.dirname, "../../deploy", file);

/** Words without an address. */
export function wordStories(pairing: Pairing): void {
  test("a child's words: who helps, a case of their own, a person's answer; police read what the child consents to", async () => {
    const intakeData = { HELPLINES_FILE: deployed("helplines.yaml"), SENTENCES_FILE: deployed("sentences.yaml") };
    await using stage = await startStage({ pairing, settings: { intake: intakeData } });
    const child = await stage.client(ReportServiceService, "intake", "reporter", "child");
    const said = "Somebody sends my pictures around, in a chat.";
    const { name, helplines, sentence } = await child.submitReport({
      requestId: randomUUID(),
      channel: "CHANNEL_PUBLIC",
      targets: [],
      description: said,
      threat: undefined,
      language: "ms",
      happeningToMe: true,
      consentsToPolice: true,
    });
    expect(helplines?.helplines.map(({ language }) => language)).toEqual(["ms", "en"]);
    expect(sentence).toContain("Terima kasih");

    const assessor = await stage.client(CaseServiceService, "casework", "assessor", "chandra");
    const { caseId } = await eventually("its case waits", async () => {
      const { cases } = await assessor.listQueue({
        pageSize: 10,
        pageToken: "",
        queueReason: "QUEUE_REASON_TEXT_ONLY",
      });
      return cases.find(({ lane }) => lane === "LANE_VICTIM");
    });
    const { case: claimed } = await assessor.claimCase({ requestId: randomUUID(), caseId });
    const dossiers = await stage.client(AssessmentServiceService, "casework", "assessor", "chandra");
    const { reports, unanswered } = await dossiers.getDossier({ caseId });
    expect([reports[0]?.description, unanswered]).toEqual([said, []]);

    const officer = await stage.client(ReferralServiceService, "casework", "police", "olga");
    const { file } = await officer.getReferral({ caseId });
    expect(file).toMatchObject({
      url: "",
      referral: { reporterIsVictim: true },
      words: { reports: [{ description: said }] },
    });

    const decide = (decision: "VERDICT_ILLEGAL" | "VERDICT_OUT_OF_SCOPE") =>
      assessor.decideCase({
        requestId: randomUUID(),
        caseId,
        expectedVersion: claimed?.case?.evidenceRevision ?? 0,
        decision,
        classifications: [{ scheme: "national", version: "1", code: "csam" }],
        basis: "act s.1",
        reason: "no address",
        despiteGone: false,
        inDoubt: false,
        ...(decision === "VERDICT_OUT_OF_SCOPE" && { reporterSentence: "REPORTER_SENTENCE_SAY_MORE" }),
      });
    await expect(decide("VERDICT_ILLEGAL")).rejects.toMatchObject({ reason: "NO_ADDRESS" });
    await decide("VERDICT_OUT_OF_SCOPE");
    const told = await eventually("it is closed", async () => {
      const found = await child.getReport({ name });
      return found.status === "REPORT_STATUS_CLOSED" && found;
    });
    expect(told.sentence).toContain("Sila laporkan semula");
    expect(await stage.bed.published(nouns.notice)).toEqual([]);
    expect((await stage.bed.bus.manager.streams.info("DEAD")).state.messages).toBe(0);
  });
}
