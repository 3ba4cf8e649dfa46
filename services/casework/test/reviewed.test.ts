import { expect, test } from "vitest";
import { made } from "./doubts.ts";
import { file, later } from "./facts.ts";
import { openReview } from "../src/reviews/review.ts";
import { decisionThen, reviewedDecisions } from "../src/reviews/reviewed.ts";

test("it is about the decision that others knew of when it was opened; neither its maker nor the newest one's judges it", () => {
  const first = { ...made("VERDICT_ILLEGAL", "assessor/ann", "D1"), decidedTime: later(10) };
  const second = { ...made("VERDICT_ILLEGAL", "assessor/ben", "D2"), decidedTime: later(30) };
  const decided = file({ progress: { kind: "decided" }, decisions: [first, second] });
  const opened = (seconds: number, decisionId = "") =>
    openReview({ kind: "REVIEW_KIND_COMPLAINT", openedTime: later(seconds), decisionId }, 1000);
  expect(decisionThen(decided, opened(5))).toBeUndefined();
  expect(decisionThen(decided, opened(20))).toBe(first);
  expect(decisionThen(decided, opened(30))).toBe(second);
  expect(decisionThen(decided, opened(40, "D1"))).toBe(first);
  expect(reviewedDecisions(decided, opened(20))).toEqual([first, second]);
});
