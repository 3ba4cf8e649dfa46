import { randomUUID } from "node:crypto";
import { plainAnswer } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { releaseHolds } from "../src/holds/every-second-release-holds.ts";
import { holdCase } from "../src/holds/rpc-hold-case.ts";
import { listHolds } from "../src/holds/rpc-list-holds.ts";
import { claimReview } from "../src/reviews/rpc-claim-review.ts";
import { decideReview } from "../src/reviews/rpc-decide-review.ts";
import { getComplaintVerdict } from "../src/reviews/rpc-get-complaint-verdict.ts";
import { getReview } from "../src/reviews/rpc-get-review.ts";
import { listReviews } from "../src/reviews/rpc-list-reviews.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, testSealer, unsentNotice, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { later, noon } from "./facts.ts";

const [ben, pam, sue, olga] = ["assessor/ben", "police/pam", "assessor/sue", "operator/olga"].map(calledBy) as [
  Ctx,
  Ctx,
  Ctx,
  Ctx,
];
type Ctx = ReturnType<typeof calledBy>;
const DAY = 24 * 3600;
const caseId = caseIdOf("target-1", 1);
const page = { pageSize: 10, pageToken: "" };

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers({ supervisors: ["sue"] });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await decide(ntd, "VERDICT_ILLEGAL");
});
afterEach(() => ntd[Symbol.asyncDispose]());

const hold = () =>
  holdCase(ntd.deps)(
    { requestId: randomUUID(), caseId, reason: "an inquiry", expireTime: undefined, lookEvery: undefined },
    pam,
  );
const complain = (complaintId: string, targetId = "target-1", named = "") =>
  ntd.complaint({
    complaintId,
    capacity: "CAPACITY_UPLOADER",
    receivedTime: later(60),
    answerTime: later(60 + 2 * DAY),
    targetId,
    address: undefined,
    caseId: named,
    text: testSealer.seal("my own picture", "words", noon),
    contact: testSealer.seal("me@mine.example", "contact", noon),
    language: "ms",
  });
const listed = async (who: Ctx) => (await listReviews(ntd.deps)(page, who)).reviews.map(({ reviewId }) => reviewId);
const complaints = async (who: Ctx) =>
  (await listHolds(ntd.deps)({ ...page, waitsForSupervisor: false, caseId }, who)).holds.map(
    ({ complaintCount }) => complaintCount,
  );

test("while police hold a case nobody judges what is said against it; then it is listed, and due as ever", async () => {
  await complain("complaint-1");
  const [reviewId = ""] = await listed(ben);
  await claimReview(ntd.deps)({ requestId: randomUUID(), reviewId, takeOver: false }, ben);
  await hold();
  await complain("complaint-2", "", caseId);
  await complain("elsewhere", "target-2");
  expect([(await listed(ben)).length, (await listed(olga)).length]).toEqual([1, 3]);
  expect([await complaints(pam), await complaints(sue)]).toEqual([[2], [undefined]]);
  const { review } = await getReview(ntd.deps)({ reviewId }, ben);
  expect(review).toMatchObject({ text: "", contact: "", url: "" });
  const verdict = () => ({
    requestId: randomUUID(),
    reviewId,
    verdict: "REVIEW_VERDICT_UPHELD" as const,
    reason: "it is a painting",
  });
  await expect(decideReview(ntd.deps)(verdict(), ben)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  ntd.clock.advance(DAY * 1000);
  expect(await getComplaintVerdict(ntd.deps)({ complaintId: "complaint-1" })).toMatchObject({
    verdict: "REVIEW_VERDICT_UNSPECIFIED",
  });
  await releaseHolds(ntd.deps);
  expect(await listed(ben)).toHaveLength(3);
  const { review: again } = await getReview(ntd.deps)({ reviewId }, ben);
  expect(again).toMatchObject({ text: "my own picture", owner: "assessor/ben", dueTime: later(60 + 2 * DAY) });
  await decideReview(ntd.deps)(verdict(), ben);
  expect(await complaints(pam)).toEqual([1]);
});

test("a provider's dispute waits, too", async () => {
  const notice = unsentNotice("by ann", { state: "NOTICE_STATE_ANSWERED", offeredTime: noon, closedTime: undefined });
  const answer = {
    outcome: "OUTCOME_DISPUTED" as const,
    cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED" as const,
    receivedTime: later(60),
    measureTime: undefined,
    revision: 1,
    reference: "",
    ...plainAnswer,
  };
  await ntd.notice({ ...notice, targets: notice.targets.map((target) => ({ ...target, answers: [answer] })) });
  expect(await listed(ben)).toHaveLength(1);
  await hold();
  expect(await listed(ben)).toEqual([]);
});
