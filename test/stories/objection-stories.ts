import { randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import { ReviewServiceService, type Review, type ReviewVerdict } from "@ntd/proto/casework/v1/review_service";
import { StayServiceService } from "@ntd/proto/casework/v1/stay_service";
import { ComplaintServiceService } from "@ntd/proto/intake/v1/complaint_service";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { confirm, decide, queued } from "./assessor.ts";
import { watchAs, type Isp } from "./isp.ts";
import { startStage, type Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;

/** What providers, owners and courts say against a decision, told the same by each pairing of servers. */
export function objectionStories(pairing: Pairing): void {
  test("a provider disputes: upheld by one it waits, and by two it restores; refused, it is to remove", async () => {
    await using stage = await startStage({ pairing });
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    const [right, wrong] = [await noticed(stage, isp, "/right.jpg", 821), await noticed(stage, isp, "/wrong.jpg", 822)];
    await isp.dispute(await isp.asked(right.url, "ACTION_REMOVE"));
    await review(stage, right, "REVIEW_VERDICT_UPHELD");
    const wait = await isp.asked(right.url, "ACTION_SUSPEND");
    await confirm(stage, right.caseId, "emil");
    expect((await isp.asked(right.url, "ACTION_RESTORE")).noticeId).toBe(wait.noticeId);
    await isp.dispute(await isp.asked(wrong.url, "ACTION_REMOVE"));
    await review(stage, wrong, "REVIEW_VERDICT_REFUSED");
    const { case: found, notices } = await stage.facts(wrong.report);
    expect([found?.doubt, found?.decision?.verdict]).toEqual([undefined, "VERDICT_ILLEGAL"]);
    expect(notices).toMatchObject([
      { suspensions: [], revision: 1, targets: [{ answers: [{ outcome: "OUTCOME_DISPUTED" }] }] },
    ]);
  });

  test("an owner complains and a stranger does: both are told the same; upheld, it is in doubt, and refused nothing moves", async () => {
    await using stage = await startStage({ pairing });
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    const [right, wrong] = [await noticed(stage, isp, "/mine.jpg", 823), await noticed(stage, isp, "/hers.jpg", 824)];
    const told = [];
    for (const url of [right.url, wrong.url, stage.url("alpha", "/nothing.jpg")]) told.push(await complain(stage, url));
    const said = told.map(({ sentence, receivedTime, answerTime }) => [
      sentence,
      (answerTime?.getTime() ?? 0) - (receivedTime?.getTime() ?? 0),
    ]);
    expect(new Set(said.map((each) => JSON.stringify(each))).size).toBe(1);
    await review(stage, right, "REVIEW_VERDICT_UPHELD");
    await isp.asked(right.url, "ACTION_SUSPEND");
    await review(stage, wrong, "REVIEW_VERDICT_REFUSED");
    expect((await stage.facts(wrong.report)).case?.doubt).toBeUndefined();
    const answers = await Promise.all(told.map(({ name }) => complaint(stage, name)));
    expect(new Set(answers.map(({ state, sentence }) => JSON.stringify([state, sentence]))).size).toBe(1);
  });

  test("how a complaint ended is told when its time has come, to the provider that was sent the notice alone", async () => {
    await using stage = await startStage({ pairing });
    for (const name of ["alpha", "beta"]) await stage.registerProvider(name, name);
    await using isp = await watchAs(stage, "alpha");
    const about = await noticed(stage, isp, "/ours.jpg", 827);
    const senders = [reporter, { kind: "isp", name: "beta" }, { kind: "isp", name: "alpha" }] as const;
    const names: string[] = [];
    for (const sender of senders) names.push((await complain(stage, about.url, sender)).name);
    for (const _ of senders) await review(stage, about, "REVIEW_VERDICT_REFUSED");
    const told = () =>
      Promise.all(
        senders.map(async (sender, n) => {
          const { name: _, ...rest } = await complaint(stage, names[n] ?? "", sender);
          return rest;
        }),
      );
    const before = await told();
    expect(before.map(({ state, verdict }) => [state, verdict])).toEqual(
      senders.map(() => ["COMPLAINT_STATE_RECEIVED", "COMPLAINT_VERDICT_UNSPECIFIED"]),
    );
    stage.clock.advance(7 * 24 * HOUR_MS);
    const [stranger, another, own] = await told();
    expect(stranger).toMatchObject({ state: "COMPLAINT_STATE_ANSWERED", verdict: "COMPLAINT_VERDICT_UNSPECIFIED" });
    expect(another).toEqual(stranger);
    expect(own).toMatchObject({ state: "COMPLAINT_STATE_ANSWERED", verdict: "COMPLAINT_VERDICT_REFUSED" });
  });

  test("a court's stay is typed by two persons, lasts for days, and ends when two lift it", async () => {
    await using stage = await startStage({ pairing });
    await stage.registerProvider("alpha", "alpha");
    await using isp = await watchAs(stage, "alpha");
    const { caseId, url, report } = await noticed(stage, isp, "/court.jpg", 825);
    const stay = { caseId, court: "High Court", reference: "HC 12/26", reason: "ordered" };
    for (const person of ["dewi", "emil"]) {
      const client = await stage.client(StayServiceService, "casework", "assessor", person);
      const { waitsForSecondPerson } = await client.setStay({ requestId: randomUUID(), ...stay });
      expect(waitsForSecondPerson).toBe(person === "dewi");
    }
    await isp.asked(url, "ACTION_SUSPEND");
    stage.clock.advance(72 * HOUR_MS);
    await isp.client.acknowledgeNotice({ noticeId: isp.received.at(-1)?.noticeId ?? "", revision: 2 });
    await eventually("it lasts", async () => (await stage.facts(report)).notices[0]?.suspensions[0]?.acknowledgedTime);
    expect((await stage.facts(report)).notices).toMatchObject([{ state: "NOTICE_STATE_SUSPENDED" }]);
    for (const person of ["emil", "dewi"]) {
      const client = await stage.client(StayServiceService, "casework", "assessor", person);
      await client.liftStay({ requestId: randomUUID(), caseId, reason: "dismissed" });
    }
    await isp.asked(url, "ACTION_REMOVE");
    // The notice is with its provider before its event is with us.
    const again = await eventually("its third revision", async () => {
      const [notice] = (await stage.facts(report)).notices;
      return notice?.revision === 3 && notice;
    });
    expect(again.suspensions).toMatchObject([{ cause: "DOUBT_CAUSE_STAY", ending: "SUSPENSION_END_REINSTATED" }]);
  });

  test("three providers that dispute a set's decisions stop it, one that disputes three does not; two persons lift it", async () => {
    await using stage = await startStage({ pairing });
    const pictures = await Promise.all(Array.from({ length: 8 }, (_, n) => generatePicture(830 + n)));
    await stage.list("national", pictures);
    const names = ["alpha", "beta", "gamma"];
    for (const name of names) await stage.registerProvider(name, name);
    await using isps = new AsyncDisposableStack();
    const [alpha, beta, gamma] = await Promise.all(names.map(async (name) => isps.use(await watchAs(stage, name))));
    if (alpha === undefined || beta === undefined || gamma === undefined) throw new Error("three providers");
    const at = async (name: string, isp: Isp, n: number) => {
      stage.host.put(`/${n}.jpg`, pictures[n] ?? new Uint8Array());
      const url = stage.url(name, `/${n}.jpg`);
      await stage.report(url);
      await isp.dispute(await isp.asked(url, "ACTION_REMOVE"));
    };
    for (const n of [0, 1, 2]) await at("alpha", alpha, n);
    await openReviews(stage, 3);
    expect(await breakers(stage)).toEqual([]);
    await at("beta", beta, 3);
    await at("gamma", gamma, 4);
    await eventually("it trips", async () => (await breakers(stage)).includes("national"));
    stage.host.put("/5.jpg", pictures[5] ?? new Uint8Array());
    const stopped = await stage.report(stage.url("alpha", "/5.jpg"));
    await queued(stage, stopped, "QUEUE_REASON_BREAKER");
    for (const name of ["admin", "olga"]) await liftAll(stage, name);
    expect(await breakers(stage)).toEqual([]);
    await at("alpha", alpha, 6);
    await queued(stage, stopped, "QUEUE_REASON_BREAKER");
  });
}

/** A picture that no list knows, decided illegal by a person, and its notice at alpha. */
async function noticed(stage: Stage, isp: Isp, path: string, seed: number) {
  stage.host.put(path, await reencode(await generatePicture(seed), { quality: 80 }));
  const url = stage.url("alpha", path);
  const report = await stage.report(url);
  const { caseId, targetId } = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  await decide(stage, caseId, "VERDICT_ILLEGAL");
  await isp.asked(url, "ACTION_REMOVE");
  return { url, report, caseId, targetId };
}

/** Dewi, who decided nothing, decides what was said about a target, once it is there. */
async function review(stage: Stage, { targetId }: { targetId: string }, verdict: ReviewVerdict): Promise<void> {
  const dewi = await stage.client(ReviewServiceService, "casework", "assessor", "dewi");
  const { reviewId } = await eventually("a review", async () => {
    const { reviews } = await dewi.listReviews({ pageSize: 100, pageToken: "" });
    return reviews.find((one) => one.targetId === targetId);
  });
  await dewi.claimReview({ requestId: randomUUID(), reviewId, takeOver: false });
  await dewi.decideReview({ requestId: randomUUID(), reviewId, verdict, reason: "looked at" });
}

async function openReviews(stage: Stage, count: number): Promise<Review[]> {
  const dewi = await stage.client(ReviewServiceService, "casework", "assessor", "dewi");
  return eventually(`${count} reviews`, async () => {
    const { reviews } = await dewi.listReviews({ pageSize: 100, pageToken: "" });
    return reviews.filter(({ kind }) => kind === "REVIEW_KIND_DISPUTE").length === count && reviews;
  });
}

async function breakers(stage: Stage): Promise<string[]> {
  const operator = await stage.client(BreakerServiceService, "casework", "operator", "admin");
  const { breakers: tripped } = await operator.listBreakers({ pageSize: 100, pageToken: "" });
  return tripped.map(({ name }) => name);
}

/** One person's word for each that has tripped. */
async function liftAll(stage: Stage, name: string): Promise<void> {
  const operator = await stage.client(BreakerServiceService, "casework", "operator", name);
  const { breakers: tripped } = await operator.listBreakers({ pageSize: 100, pageToken: "" });
  for (const { breakerId } of tripped) {
    await operator.liftBreaker({ requestId: randomUUID(), breakerId, reason: "the list was looked through" });
  }
}

const reporter = { kind: "reporter", name: "public" } as const;
type Sender = typeof reporter | { kind: "isp"; name: string };

async function complain(stage: Stage, url: string, { kind, name }: Sender = reporter) {
  const intake = await stage.client(ComplaintServiceService, "intake", kind, name);
  return intake.submitComplaint({
    requestId: randomUUID(),
    capacity: "CAPACITY_SITE_OWNER",
    url,
    caseId: "",
    text: "this is my holiday picture",
    contact: "",
    language: "en",
  });
}

async function complaint(stage: Stage, name: string, { kind, name: sender }: Sender = reporter) {
  const intake = await stage.client(ComplaintServiceService, "intake", kind, sender);
  return intake.getComplaint({ name });
}
