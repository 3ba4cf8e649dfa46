import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const review = {
  reviewId: "review-1",
  kind: "REVIEW_KIND_DISPUTE",
  state: "REVIEW_STATE_OPEN",
  caseId: "case-1",
  targetId: "target-1",
  decisionId: "decision-1",
  noticeId: "notice-1",
  providerId: "alpha",
  grounds: "NO_LEGAL_BASIS",
  text: "it names no law",
  openedTime: new Date(0),
  dueTime: new Date(1000),
  overdue: true,
  owner: "",
  verdict: "REVIEW_VERDICT_UNSPECIFIED",
  reason: "",
  decidedTime: undefined,
  url: "",
  contact: "",
  language: "",
};

test("review list says what is overdue, and that nothing waits", async () => {
  bed.answers.set("listReviews", { reviews: [review], nextPageToken: "" });
  const { out } = await bed.ntd("review", "list");
  expect(out).toMatch(/\nreview-1 +dispute +no legal basis +alpha +case-1 +1970-01-01T00:00:01.000Z +overdue\n$/);
  bed.answers.set("listReviews", { reviews: [], nextPageToken: "" });
  expect((await bed.ntd("review", "list")).out).toBe("no review waits\n");
});

test("review show prints what is said; a complaint may meet no case", async () => {
  bed.answers.set("getReview", { review });
  expect((await bed.ntd("review", "show", "review-1")).out).toMatch(/what is said +it names no law\n/);
  bed.answers.set("getReview", { review: { ...review, caseId: "", contact: "me@mine.example" } });
  expect((await bed.ntd("review", "show", "review-1")).out).toMatch(
    /\ncase +none is named or known\n[^]*\ncontact +me@mine\.example\n/,
  );
});

test("review claim and decide send what was typed", async () => {
  bed.answers.set("claimReview", { review });
  bed.answers.set("decideReview", { review: { ...review, verdict: "REVIEW_VERDICT_UPHELD", owner: "assessor/ben" } });
  await bed.ntd("review", "claim", "review-1", "--take-over");
  const { out } = await bed.ntd("review", "decide", "review-1", "--verdict", "upheld", "--reason", "a painting");
  expect(out).toMatch(/\nowner +assessor\/ben\nverdict +upheld\n/);
  expect(bed.arrived.map(({ request }) => request)).toMatchObject([
    { reviewId: "review-1", takeOver: true },
    { reviewId: "review-1", verdict: "REVIEW_VERDICT_UPHELD", reason: "a painting" },
  ]);
});

test("review decide without a verdict is wrong usage, and a refusal is told", async () => {
  expect((await bed.ntd("review", "decide", "review-1", "--reason", "x")).code).toBe(2);
  bed.answers.set("claimReview", new Problem("SAME_PERSON", "This takes another person: you made the decision."));
  const ended = await bed.ntd("review", "claim", "review-1");
  expect(ended).toMatchObject({ code: 1 });
  expect(ended.err).toMatch(/you made the decision/);
});
