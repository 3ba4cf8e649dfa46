import { randomUUID } from "node:crypto";
import type { DataOf } from "@ntd/bus";
import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { DecideReviewResponse } from "@ntd/proto/casework/v1/review_service";
import type { Answer } from "@ntd/proto/takedown/v1/notice";
import { plainAnswer } from "@ntd/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimReview } from "../src/reviews/rpc-claim-review.ts";
import { decideReview } from "../src/reviews/rpc-decide-review.ts";
import { getComplaintVerdict } from "../src/reviews/rpc-get-complaint-verdict.ts";
import { getReview } from "../src/reviews/rpc-get-review.ts";
import { listReviews } from "../src/reviews/rpc-list-reviews.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, originalUrl, targetEvent, testSealer, unsentNotice, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { later, noon } from "./facts.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await decide(ntd, "VERDICT_ILLEGAL");
});
afterEach(() => ntd[Symbol.asyncDispose]());

const [ann, ben, cy, operator] = ["assessor/ann", "assessor/ben", "assessor/cy", "operator/olga"].map(calledBy) as [
  Ctx,
  Ctx,
  Ctx,
  Ctx,
];
type Ctx = ReturnType<typeof calledBy>;

const week = 7 * 24 * 3600;
const disputed = (receivedTime: Date, change: Partial<Answer> = {}): Answer => ({
  outcome: "OUTCOME_DISPUTED",
  cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED",
  receivedTime,
  measureTime: undefined,
  revision: 1,
  reference: "",
  ...plainAnswer,
  disputeGrounds: "DISPUTE_GROUNDS_LAWFUL",
  disputeText: testSealer.seal("it is a painting", "words", noon),
  ...change,
});

/** A notice of ann's decision with these answers. */
function answered(...answers: Answer[]) {
  const notice = unsentNotice("by ann", { state: "NOTICE_STATE_ANSWERED", offeredTime: noon, closedTime: undefined });
  return { ...notice, targets: notice.targets.map((target) => ({ ...target, answers })) };
}

const list = async (page = {}) => listReviews(ntd.deps)({ pageSize: 0, pageToken: "", ...page }, ben);
async function only(): Promise<string> {
  const { reviews } = await list();
  expect(reviews).toHaveLength(1);
  return reviews[0]?.reviewId ?? "";
}
const ids = (reviewId: string) => ({ requestId: randomUUID(), reviewId });
const claim = (reviewId: string, who: Ctx, takeOver = false) =>
  claimReview(ntd.deps)({ ...ids(reviewId), takeOver }, who);
const refuse = (reviewId: string) => ({
  ...ids(reviewId),
  verdict: "REVIEW_VERDICT_REFUSED" as const,
  reason: "it is a photograph",
});

describe("a provider's dispute", () => {
  test("opens one review, however often its notice is told; the case and its event stay as they are", async () => {
    const before = await ntd.verbs(1);
    for (let i = 0; i < 3; i++) await ntd.notice(answered(disputed(later(60))));
    const { review } = await getReview(ntd.deps)({ reviewId: await only() }, ben);
    expect(review).toMatchObject({
      kind: "REVIEW_KIND_DISPUTE",
      state: "REVIEW_STATE_OPEN",
      decisionId: "by ann",
      noticeId: "notice-1",
      providerId: "alpha",
      grounds: "LAWFUL",
      text: "it is a painting",
      openedTime: later(60),
      dueTime: later(60 + week),
      overdue: false,
    });
    expect(await ntd.verbs(1)).toEqual(before);
  });

  test("a second answer that disputes is another review; other answers open none", async () => {
    await ntd.notice(answered(disputed(later(60)), disputed(later(60), { outcome: "OUTCOME_REMOVED" })));
    await ntd.notice(answered(disputed(later(60)), disputed(later(90), { revision: 2 })));
    expect((await list()).reviews.map(({ openedTime }) => openedTime)).toEqual([later(60), later(90)]);
  });

  test("of release 0.2, which told neither grounds nor text, opens a review too", async () => {
    await ntd.notice(answered(disputed(noon, plainAnswer)));
    const { review } = await getReview(ntd.deps)({ reviewId: await only() }, ben);
    expect(review).toMatchObject({ grounds: "", text: "" });
  });
});

test("reviews are listed by when they are due, page by page, unopened, and overdue ones say so", async () => {
  await ntd.notice(answered(disputed(later(90)), disputed(later(60)), disputed(later(75))));
  ntd.clock.advance((week + 70) * 1000);
  const first = await list({ pageSize: 2 });
  const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
  const all = [...first.reviews, ...second.reviews];
  expect(all.map(({ openedTime, overdue }) => [openedTime, overdue])).toEqual([
    [later(60), true],
    [later(75), false],
    [later(90), false],
  ]);
  expect(all.map(({ text }) => text)).toEqual(["", "", ""]);
  expect(second.nextPageToken).toBe("");
});

test("what was said is for assessors: an operator sees that it waits", async () => {
  await ntd.notice(answered(disputed(noon)));
  const { review } = await getReview(ntd.deps)({ reviewId: await only() }, operator);
  expect(review).toMatchObject({ text: "", providerId: "alpha" });
});

function complaint(change: Partial<DataOf<"complaint">> = {}): DataOf<"complaint"> {
  return {
    complaintId: "complaint-1",
    capacity: "CAPACITY_UPLOADER",
    receivedTime: later(60),
    answerTime: later(60 + week),
    targetId: "target-1",
    address: testSealer.seal(JSON.stringify({ original: originalUrl, fetch: originalUrl, key: "k" }), "address", noon),
    caseId: "",
    text: testSealer.seal("my own picture", "words", noon),
    contact: testSealer.seal("me@mine.example", "contact", noon),
    language: "ms",
    ...change,
  };
}

describe("a complaint", () => {
  const shown = async () => (await getReview(ntd.deps)({ reviewId: await only() }, ben)).review;
  const caseId = caseIdOf("target-1", 1);

  test("opens one review of its case, found by the address or by its number", async () => {
    for (let i = 0; i < 2; i++) await ntd.complaint(complaint());
    expect(await shown()).toMatchObject({
      kind: "REVIEW_KIND_COMPLAINT",
      caseId,
      decisionId: "by ann",
      grounds: "UPLOADER",
      text: "my own picture",
      contact: "me@mine.example",
      language: "ms",
      url: originalUrl,
      dueTime: later(60 + week),
    });
    await expect(claim(await only(), ann)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  });

  test("by the number alone meets its case", async () => {
    await ntd.complaint(complaint({ targetId: "", address: undefined, caseId }));
    expect(await shown()).toMatchObject({ caseId, targetId: "target-1", decisionId: "by ann", url: "" });
  });

  test("that meets no case is somebody's work too, and shows the case once there is one", async () => {
    await ntd.complaint(complaint({ targetId: "target-2", caseId: randomUUID() }));
    expect(await shown()).toMatchObject({ caseId: "", decisionId: "", url: originalUrl });
    await claim(await only(), ann);
    await ntd.target(targetEvent({ targetId: "target-2" }));
    expect(await shown()).toMatchObject({ caseId: caseIdOf("target-2", 1) });
  });
});

test("a complaint is about the episode and the decision of its time, however late somebody looks", async () => {
  await ntd.complaint(complaint());
  ntd.clock.advance(3_600_000);
  await ntd.target(targetEvent({ episode: 2 }), 11);
  await ntd.match(matchEvent([], { episode: 2 }), 2);
  await decide(ntd, "VERDICT_ILLEGAL", 2);
  const { review } = await getReview(ntd.deps)({ reviewId: await only() }, ben);
  expect(review).toMatchObject({ caseId: caseIdOf("target-1", 1), decisionId: "by ann" });
  await ntd.complaint(complaint({ complaintId: "complaint-2", receivedTime: later(7200), answerTime: later(7300) }));
  const views = (await list()).reviews.map(({ reviewId }) => getReview(ntd.deps)({ reviewId }, ben));
  const shown = (await Promise.all(views)).map(({ review: seen }) => [seen?.openedTime, seen?.caseId]);
  expect(shown).toEqual([
    [later(7200), caseIdOf("target-1", 2)],
    [later(60), caseIdOf("target-1", 1)],
  ]);
});

test("how a complaint ended is told once it is decided, with its case, and nothing before", async () => {
  const verdict = () => getComplaintVerdict(ntd.deps)({ complaintId: "complaint-1" });
  const none = { verdict: "REVIEW_VERDICT_UNSPECIFIED", caseId: "" };
  expect(await verdict()).toEqual(none);
  await ntd.complaint(complaint());
  const reviewId = await only();
  await claim(reviewId, ben);
  expect(await verdict()).toEqual(none);
  await decideReview(ntd.deps)(refuse(reviewId), ben);
  expect(await verdict()).toEqual({ verdict: "REVIEW_VERDICT_REFUSED", caseId: caseIdOf("target-1", 1) });
});

describe("deciding a review", () => {
  test("is for somebody else than who decided, with a claim, and once; a repeat gets the first answer", async () => {
    await ntd.notice(answered(disputed(noon)));
    const reviewId = await only();
    await expect(claim(reviewId, ann)).rejects.toMatchObject({ reason: "SAME_PERSON" });
    await expect(decideReview(ntd.deps)(refuse(reviewId), ben)).rejects.toMatchObject({ reason: "WRONG_STATE" });
    await claim(reviewId, ben);
    await expect(claim(reviewId, cy)).rejects.toMatchObject({ reason: "WRONG_STATE" });
    const request = refuse(reviewId);
    const answer = await decideReview(ntd.deps)(request, ben);
    expect(answer.review).toMatchObject({ state: "REVIEW_STATE_DECIDED", reason: "it is a photograph" });
    const again = await decideReview(ntd.deps)(request, ben);
    expect(DecideReviewResponse.encode(again).finish()).toEqual(DecideReviewResponse.encode(answer).finish());
    await expect(decideReview(ntd.deps)({ ...request, reason: "else" }, ben)).rejects.toMatchObject({
      reason: "REQUEST_ID_REUSED",
    });
    await expect(claim(reviewId, cy, true)).rejects.toMatchObject({ reason: "WRONG_STATE" });
    expect((await list()).reviews).toEqual([]);
    await ntd.notice(answered(disputed(noon)));
    expect((await list()).reviews).toEqual([]);
  });

  test("is refused by name without verdict, reason or review", async () => {
    await ntd.notice(answered(disputed(noon)));
    const request = refuse(await only());
    const fields = (change: object) => expect(decideReview(ntd.deps)({ ...request, ...change }, ben)).rejects;
    await fields({ verdict: "REVIEW_VERDICT_UNSPECIFIED" }).toMatchObject({ fields: [{ field: "verdict" }] });
    await fields({ reason: " " }).toMatchObject({ fields: [{ field: "reason" }] });
    await fields({ reviewId: "" }).toMatchObject({ fields: [{ field: "review_id" }] });
    await fields({ reviewId: "unknown" }).toMatchObject({ reason: "NOT_FOUND" });
  });
});

test("who decided the case anew since the dispute cannot judge it", async () => {
  await ntd.notice(answered(disputed(noon)));
  const { deps } = ntd;
  const [file] = await deps.cases.find({ where: { targetId: "target-1" }, orderBy: "episode", limit: 1 });
  const [first] = file?.state.decisions ?? [];
  if (file === undefined || first === undefined) throw new Error("no decision");
  const newer = { ...first, ...WITHDRAWS_NOTHING, decisionId: "by ben", decidedBy: "assessor/ben" };
  await deps.cases.save(file, { ...file.state, decisions: [first, newer] });
  await expect(claim(await only(), ben)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  await claim(await only(), cy);
});
