import { randomUUID } from "node:crypto";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { acknowledgeReferral } from "../src/referrals/rpc-acknowledge-referral.ts";
import { exportReferral } from "../src/referrals/rpc-export-referral.ts";
import { feedbackReferral } from "../src/referrals/rpc-feedback-referral.ts";
import { getReferral } from "../src/referrals/rpc-get-referral.ts";
import { listReferrals } from "../src/referrals/rpc-list-referrals.ts";
import { referCase } from "../src/referrals/rpc-refer-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, later, noon } from "./facts.ts";

let ntd: Handlers;
const caseId = caseIdOf("target-1", 1);
const ids = () => ({ requestId: randomUUID(), caseId });
const paul = calledBy("police/paul");
const url = "http://host.test/aA.png";

beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const list = async (withAcknowledged = false) =>
  (await listReferrals(ntd.deps)({ pageSize: 0, pageToken: "", withAcknowledged })).referrals;
const get = async () => (await getReferral(ntd.deps)({ caseId }, paul)).file;
const acknowledge = (policeReference = "K-7") => acknowledgeReferral(ntd.deps)({ ...ids(), policeReference }, paul);
const say = (text: string) =>
  feedbackReferral(ntd.deps)({ ...ids(), outcome: "REFERRAL_OUTCOME_CHILD_SAFE", text }, paul);
const show = async (who: string) =>
  (await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, calledBy(who))).case;
const readings = async () =>
  (await ntd.deps.readings.find({ limit: 100 })).map(({ state: { reader, kind } }) => `${reader} ${kind}`);

async function decideAs({ deps }: Handlers, who: string, despiteGone = false): Promise<void> {
  const said = { decision: "VERDICT_ILLEGAL", basis: "law", reason: "", inDoubt: false } as const;
  await claimCase(deps)(ids(), calledBy(who));
  const request = { ...ids(), ...said, classifications: [], expectedVersion: 1, despiteGone };
  await decideCase(deps)(request, calledBy(who));
}

async function illegal(change: Parameters<typeof targetEvent>[0] = {}): Promise<void> {
  await ntd.report(reportEvent("report-1", noon));
  await ntd.target(targetEvent(change));
  await ntd.match(matchEvent([]));
  await decide(ntd, "VERDICT_ILLEGAL");
}

test("from referral to feedback: offered until it is acknowledged; the assessor sees what police say", async () => {
  await illegal();
  expect((await ntd.told(1))?.referral).toMatchObject({
    causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL"],
    referredTime: noon,
    acknowledgedTime: undefined,
  });
  expect(await list()).toMatchObject([{ caseId, caseState: "CASE_STATE_DECIDED", isGone: false, feedback: [] }]);
  expect(await get()).toMatchObject({ url, resolvedIp: "192.0.2.7", decidedTime: noon, firstReportTime: noon });
  await expect(say("too early")).rejects.toMatchObject({ reason: "WRONG_STATE" });
  const { referral } = await acknowledge();
  expect(referral).toMatchObject({ acknowledgedBy: "police/paul", policeReference: "K-7" });
  expect(await list()).toEqual([]);
  expect(await list(true)).toMatchObject([{ caseId }]);
  await say("we know the child");
  expect((await ntd.told(1))?.referral).toMatchObject({ outcome: "REFERRAL_OUTCOME_CHILD_SAFE", feedbackTime: noon });
  const words = [{ text: "we know the child", saidBy: "police/paul", outcome: "REFERRAL_OUTCOME_CHILD_SAFE" }];
  expect((await show("assessor/ann"))?.referral?.feedback).toMatchObject(words);
  expect((await get())?.referral?.feedback).toMatchObject(words);
  for (const who of ["operator/olga", "police/paul"]) {
    expect((await show(who))?.referral?.feedback).toMatchObject([{ text: "" }]);
  }
});

test("what is gone already is referred all the same", async () => {
  await ntd.target(targetEvent());
  await ntd.target(targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(5) }), 2);
  await ntd.match(matchEvent([]));
  await decideAs(ntd, "assessor/ann", true);
  expect(await list()).toMatchObject([{ isGone: true, referral: { causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL"] } }]);
  expect(await get()).toMatchObject({ url, goneTime: later(5) });
});

test("what a list has is not referred, but where police have to be told of the country", async () => {
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([hit()]));
  expect((await ntd.told(1))?.state).toBe("CASE_STATE_AUTO_DECIDED");
  expect(await list()).toEqual([]);
  await ntd.target(targetEvent({ hostingCountry: "XP" }), 2);
  expect(await list()).toMatchObject([{ referral: { causes: ["REFERRAL_CAUSE_ABROAD"] }, hostingCountry: "XP" }]);
});

describe("who reports", () => {
  const victim = { happeningToMe: true };
  test("is a victim, and is named by nothing without consent", async () => {
    await ntd.report({ ...reportEvent("report-1", noon), ...victim });
    await ntd.report(reportEvent("report-2", noon));
    await ntd.report(reportEvent("report-3", noon, { channel: "CHANNEL_POLICE" }));
    await ntd.target(targetEvent());
    const file = await get();
    expect(file).toMatchObject({
      url,
      referral: { reporterIsVictim: true, referral: { causes: ["REFERRAL_CAUSE_VICTIM"] } },
    });
    expect(file?.reportIds).toEqual(["report-3"]);
  });

  test("is named with consent", async () => {
    await ntd.report({ ...reportEvent("report-1", noon), ...victim, consentsToPolice: true });
    await ntd.target(targetEvent());
    expect((await get())?.reportIds).toEqual(["report-1"]);
  });

  test("words alone are passed on by consent", async () => {
    const words = { ...reportEvent("report-1", noon), targets: [], ...victim };
    await ntd.report({ ...words, wordsTargetId: "target-1" });
    expect(await list()).toEqual([]);
    await ntd.report({ ...words, reportId: "report-2", wordsTargetId: "target-2", consentsToPolice: true });
    expect(await list()).toMatchObject([{ caseId: caseIdOf("target-2", 1) }]);
  });
});

test("any case by hand, once; police and who referred it read why", async () => {
  await ntd.target(targetEvent());
  const refer = (who: string) => referCase(ntd.deps)({ ...ids(), reason: "a school badge" }, calledBy(who));
  expect((await refer("assessor/ann")).referral).toMatchObject({ referredBy: "assessor/ann", reason: "" });
  await expect(refer("assessor/ben")).rejects.toMatchObject({ reason: "WRONG_STATE" });
  expect((await get())?.referral?.reason).toBe("a school badge");
  expect((await show("assessor/ben"))?.referral?.reason).toBe("a school badge");
});

test("a repeated call changes nothing; one with another body is refused", async () => {
  await illegal();
  const call = { ...ids(), policeReference: "K-7" };
  await acknowledgeReferral(ntd.deps)(call, paul);
  const events = (await ntd.verbs(1)).length;
  expect((await acknowledgeReferral(ntd.deps)(call, paul)).referral).toMatchObject({ policeReference: "K-7" });
  expect(await ntd.verbs(1)).toHaveLength(events);
  const other = { ...call, policeReference: "K-8" };
  await expect(acknowledgeReferral(ntd.deps)(other, paul)).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
});

test.each(["", " ", "K".repeat(101)])("%j is no reference", async (policeReference) => {
  await illegal();
  await expect(acknowledge(policeReference)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
});

test("what waits longest comes first, page by page", async () => {
  for (const second of [1, 2, 3]) {
    ntd.clock.advance(1000);
    await ntd.target(targetEvent({ targetId: `target-${second}` }));
    const of = { requestId: randomUUID(), caseId: caseIdOf(`target-${second}`, 1) };
    await referCase(ntd.deps)({ ...of, reason: "why" }, calledBy("assessor/ann"));
  }
  await acknowledge();
  const all = (await list(true)).map(({ caseId: id }) => id);
  expect(all).toEqual([2, 3, 1].map((n) => caseIdOf(`target-${n}`, 1)));
  const page = await listReferrals(ntd.deps)({ pageSize: 2, pageToken: "", withAcknowledged: true });
  const rest = await listReferrals(ntd.deps)({ pageSize: 2, pageToken: page.nextPageToken, withAcknowledged: true });
  expect(rest.referrals.map(({ caseId: id }) => id)).toEqual(all.slice(2));
});

describe("reading is an act", () => {
  test("a list opens nothing; one referral, and an export, are read with a trace", async () => {
    await illegal();
    await list();
    expect(await readings()).toEqual([]);
    await get();
    expect(await readings()).toEqual(["police/paul referral"]);
  });

  test("nothing is given while the trace cannot be written", async () => {
    await illegal();
    ntd.deps.readings.insertMany = () => Promise.reject(new Problem("STORE_UNAVAILABLE"));
    await expect(get()).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
  });

  test("without a key nothing is exported, nor read", async () => {
    await illegal();
    await expect(exportReferral(ntd.deps)({ caseId }, paul)).rejects.toMatchObject({ reason: "WRONG_STATE" });
    expect(await readings()).toEqual([]);
  });

  test("what is not referred is not there", async () => {
    await ntd.target(targetEvent());
    await expect(get()).rejects.toMatchObject({ reason: "NOT_FOUND" });
  });
});

test("a process that ends at any write refers what was decided, once", async () => {
  for (let dying = 1; dying <= 8; dying++) {
    await using one = await openHandlers();
    const died = dieAt(one, [dying]);
    await untilDone(() => one.report({ ...reportEvent("report-1", noon), lifeAtRisk: true }));
    await untilDone(() => one.target(targetEvent()));
    await untilDone(() => one.match(matchEvent([])));
    await untilDone(() =>
      decide(one, "VERDICT_ILLEGAL").catch((error: Error) =>
        error.message.startsWith("could not") ? undefined : Promise.reject(error),
      ),
    );
    const { referral } = (await one.caseOf(1)) ?? {};
    expect(referral?.causes, `died ${died.count} times`).toEqual([
      "REFERRAL_CAUSE_LIFE_AT_RISK",
      "REFERRAL_CAUSE_UNKNOWN_MATERIAL",
    ]);
  }
});

test("who is not to see what was decided does not learn it from the referral", async () => {
  await using blind = await openHandlers({ secondLook: { kind: "after", first: 0 }, supervisors: ["sam", "sue"] });
  await blind.report({ ...reportEvent("report-1", noon), lifeAtRisk: true });
  await blind.target(targetEvent());
  await blind.match(matchEvent([]));
  await decideAs(blind, "assessor/ann");
  const shown = async (who: string) =>
    (await getCase(blind.deps)({ by: { $case: "caseId", value: caseId } }, calledBy(who))).case;
  const causes = ["REFERRAL_CAUSE_LIFE_AT_RISK", "REFERRAL_CAUSE_UNKNOWN_MATERIAL"];
  expect((await shown("assessor/ann"))?.referral?.referral?.causes).toEqual(causes);
  const cyd = await shown("assessor/cyd");
  expect(cyd?.referral?.referral?.causes).toEqual(["REFERRAL_CAUSE_LIFE_AT_RISK"]);
  expect(JSON.stringify(cyd)).not.toMatch(/UNKNOWN_MATERIAL|VERDICT_ILLEGAL/);
});
