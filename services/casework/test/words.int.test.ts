import type { DataOf } from "@ntd/bus";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import type { ReporterSentence } from "@ntd/proto/intake/v1/report";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getDossier } from "../src/assessment/rpc-get-dossier.ts";
import { getReferral } from "../src/referrals/rpc-get-referral.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { caseIdOf } from "../src/store.ts";
import { openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { later, noon } from "./facts.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const words = (change: Partial<DataOf<"report">> = {}): DataOf<"report"> => ({
  ...reportEvent("r1", noon),
  targets: [],
  wordsTargetId: "target-1",
  ...change,
});

describe("a report of words alone", () => {
  test("opens its case at once, which waits for a person and has no address", async () => {
    await ntd.report(words({ lifeAtRisk: true }));
    expect(await ntd.verbs(1)).toEqual(["queued"]);
    expect(await ntd.told(1)).toMatchObject({
      isTextOnly: true,
      queueReason: "QUEUE_REASON_TEXT_ONLY",
      state: "CASE_STATE_QUEUED",
      address: undefined,
      reportCount: 1,
      reportIds: ["r1"],
      firstReportTime: noon,
      lifeAtRisk: true,
    });
  });

  test("changes nothing when it comes again", async () => {
    await ntd.report(words());
    await ntd.report(words());
    expect(await ntd.verbs(1)).toEqual(["queued"]);
  });

  test("that was linked and no more before a crash has its case afterwards", async () => {
    await ntd.report({ ...words(), targets: reportEvent("r1", noon).targets, wordsTargetId: undefined });
    expect(await ntd.told(1)).toBeUndefined();
    await ntd.report(words());
    expect(await ntd.told(1)).toMatchObject({ isTextOnly: true, reportCount: 1 });
  });

  const requestId = "0b7c5a2e-3c58-4f6e-9a43-5f0f5a0c7f11";
  async function decide(decision: Verdict, reporterSentence?: ReporterSentence) {
    const caseId = caseIdOf("target-1", 1);
    await claimCase(ntd.deps)({ requestId, caseId }, calledBy("assessor/ann"));
    const classifications = [{ scheme: "national", version: "1", code: "A" }];
    const given = { requestId, caseId, expectedVersion: 1, decision, classifications, basis: "law", reason: "read it" };
    const told = reporterSentence && { reporterSentence };
    return decideCase(ntd.deps)({ ...given, despiteGone: false, inDoubt: false, ...told }, calledBy("assessor/ann"));
  }

  test("is never decided as illegal: its address is to be reported", async () => {
    await ntd.report(words());
    await expect(decide("VERDICT_ILLEGAL")).rejects.toMatchObject({
      reason: "NO_ADDRESS",
      message: expect.stringContaining("ntd report submit") as string,
    });
  });

  test("of a child waits in its lane, is referred where it consents, and its dossier opens without an address", async () => {
    const child = { happeningToMe: true, lifeAtRisk: true, consentsToPolice: true };
    await ntd.report(words(child));
    expect(await ntd.told(1)).toMatchObject({
      lane: "LANE_LIFE_AT_RISK",
      referral: { causes: ["REFERRAL_CAUSE_LIFE_AT_RISK", "REFERRAL_CAUSE_VICTIM"] },
    });
    const caseId = caseIdOf("target-1", 1);
    const found = await getDossier(ntd.deps)({ caseId }, calledBy("assessor/ann"));
    expect(found.case).toMatchObject({ url: "", case: { isTextOnly: true } });
    const { file } = await getReferral(ntd.deps)({ caseId }, calledBy("police/olga"));
    expect(file).toMatchObject({ url: "", reportIds: ["r1"], referral: { reporterIsVictim: true } });
  });

  test("that consents is read by police with its referral; where intake does not answer the rest is, and says so", async () => {
    await ntd.report(words({ happeningToMe: true, consentsToPolice: true }));
    const caseId = caseIdOf("target-1", 1);
    const read = async () => (await getReferral(ntd.deps)({ caseId }, calledBy("police/olga"))).file?.words;
    const said = { reportId: "r1", description: "somebody has pictures of me" };
    const asked: unknown[] = [];
    ntd.deps.reporters = {
      describeReports: async (request) => {
        asked.push(request);
        return { reports: [said] as never };
      },
    };
    expect(await read()).toMatchObject({ reports: [said], unanswered: false });
    expect(asked).toEqual([{ reportIds: ["r1"], reader: "police/olga", caseId, targetId: "target-1" }]);
    ntd.deps.reporters = { describeReports: () => Promise.reject(new Problem("PEER_UNAVAILABLE")) };
    expect(await read()).toEqual({ reports: [], unanswered: true });
  });

  test("is decided as a matter for others", async () => {
    await ntd.report(words());
    await decide("VERDICT_OUT_OF_SCOPE");
    const { decision } = (await ntd.told(1)) ?? {};
    expect([decision?.verdict, decision?.reporterSentence]).toEqual(["VERDICT_OUT_OF_SCOPE", undefined]);
  });

  test("what who reported it is told stands in the decision", async () => {
    await ntd.report(words());
    await decide("VERDICT_OUT_OF_SCOPE", "REPORTER_SENTENCE_SAY_MORE");
    expect((await ntd.told(1))?.decision?.reporterSentence).toBe("REPORTER_SENTENCE_SAY_MORE");
  });

  test("an unknown sentence, and one that says otherwise than what is decided, are refused", async () => {
    await ntd.report(words());
    const field = { fields: [{ field: "reporter_sentence" }] };
    await expect(decide("VERDICT_ILLEGAL", "REPORTER_SENTENCE_NOTHING_THERE")).rejects.toMatchObject(field);
    await expect(decide("VERDICT_OUT_OF_SCOPE", "UNRECOGNIZED")).rejects.toMatchObject(field);
  });
});

describe("what reports say of a child", () => {
  const facts = async () => (await ntd.caseOf(1))?.reports;

  test("life is at risk by anybody's word, and by one that the hotline trusts it is surer", async () => {
    await ntd.target(targetEvent());
    await ntd.report({ ...reportEvent("r1", noon), lifeAtRisk: true });
    expect(await facts()).toMatchObject({ lifeAtRisk: "said", raised: false });
    expect((await ntd.told(1))?.lifeAtRisk).toBe(true);
    await ntd.report({ ...reportEvent("r2", later(1)), lifeAtRisk: true, isTrusted: true });
    expect(await facts()).toMatchObject({ lifeAtRisk: "trusted", raised: true });
  });

  test("police are trusted by their channel, and who is trusted raises the case", async () => {
    await ntd.target(targetEvent());
    await ntd.report({ ...reportEvent("r1", noon), isTrusted: true });
    expect(await facts()).toMatchObject({ raised: true, police: false });
    expect((await facts())?.lifeAtRisk).toBeUndefined();
    await ntd.report({ ...reportEvent("r2", later(1), { channel: "CHANNEL_POLICE" }), lifeAtRisk: true });
    expect((await facts())?.lifeAtRisk).toBe("trusted");
  });

  test.each(["happeningToMe", "selfMade"] as const)("%s makes who reports a victim", async (said) => {
    await ntd.target(targetEvent());
    await ntd.report({ ...reportEvent("r1", noon), [said]: false });
    expect((await facts())?.victim).toBeUndefined();
    await ntd.report({ ...reportEvent("r2", later(1)), [said]: true });
    expect((await facts())?.victim).toBe(true);
  });

  test("it is not forgotten among more reports than a case names", async () => {
    await ntd.target(targetEvent());
    await ntd.report({ ...reportEvent("r0", noon), lifeAtRisk: true, happeningToMe: true, isTrusted: true });
    for (let at = 1; at <= 25; at++) await ntd.report(reportEvent(`r${at}`, later(at)));
    expect(await facts()).toMatchObject({ count: 26, raised: true, lifeAtRisk: "trusted", victim: true });
    const { ids = [] } = (await facts()) ?? {};
    expect(ids).toContain("r0");
    expect(ids).not.toContain("r1");
  });

  test("a word that nobody trusts is told as said, however many reports there are", async () => {
    await ntd.target(targetEvent());
    await ntd.report({ ...reportEvent("r0", noon), lifeAtRisk: true });
    for (let at = 1; at <= 25; at++) await ntd.report(reportEvent(`r${at}`, later(at)));
    expect(await facts()).toMatchObject({ lifeAtRisk: "said", raised: false });
  });
});
