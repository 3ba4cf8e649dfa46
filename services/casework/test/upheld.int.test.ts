import { randomUUID } from "node:crypto";
import { decisionInForce } from "@ntd/facts";
import { openReview } from "../src/reviews/review.ts";
import { expect, test } from "vitest";
import { tellCases } from "../src/reviews/every-second-tell-cases.ts";
import { claimReview } from "../src/reviews/rpc-claim-review.ts";
import { decideReview } from "../src/reviews/rpc-decide-review.ts";
import { reopenCase } from "../src/queue/rpc-reopen-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { dieAt, untilDone } from "./dying.ts";
import { noon, sha256 } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const [ben, cy] = ["assessor/ben", "assessor/cy"].map(calledBy) as [Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;
const reviewId = "review-1";

/** A machine's "illegal" with a review that ben has claimed. */
async function disputed(
  verdict = "REVIEW_VERDICT_UPHELD" as const,
): Promise<[Handlers, Parameters<ReturnType<typeof decideReview>>[0]]> {
  const ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  await ntd.deps.reviews.insert(reviewId, openReview({ kind: "REVIEW_KIND_DISPUTE", openedTime: noon, caseId }, 1000));
  await claimReview(ntd.deps)({ requestId: randomUUID(), reviewId, takeOver: false }, ben);
  return [ntd, { requestId: randomUUID(), reviewId, verdict, reason: "a painting" }];
}

test("an upheld review is its owner's word against the decision; a second person's withdraws it", async () => {
  const [bed, request] = await disputed();
  await using ntd = bed;
  await decideReview(ntd.deps)(request, ben);
  const told = await ntd.told(1);
  expect(told).toMatchObject({
    state: "CASE_STATE_QUEUED",
    doubt: { cause: "DOUBT_CAUSE_REVIEW_UPHELD", raisedBy: ["assessor/ben"], lasting: false },
  });
  expect(told && decisionInForce(told)).toBeUndefined();
  await decide(ntd, "VERDICT_NOT_ILLEGAL");
  const { decisions } = (await ntd.caseOf(1)) ?? {};
  expect(decisions?.at(-1)).toMatchObject({ decidedBy: "assessor/ann", confirmedBy: "assessor/ben" });
});

test("a refused review leaves the case as it is", async () => {
  const [bed, request] = await disputed();
  await using ntd = bed;
  const before = await ntd.verbs(1);
  await decideReview(ntd.deps)({ ...request, verdict: "REVIEW_VERDICT_REFUSED" }, ben);
  await tellCases(ntd.deps);
  expect(await ntd.verbs(1)).toEqual(before);
});

// Odd writes are durable and unheard, even ones are lost: with one write before, each of the three is both.
const deaths = [1, 2, 3].flatMap((write) => [
  { write, shifted: false },
  { write: write + 1, shifted: true },
]);

test.each(deaths)(
  "ended at write $write (shifted: $shifted), and called again or never, it is said once",
  async (death) => {
    for (const comesAgain of [true, false]) {
      const [bed, request] = await disputed();
      await using ntd = bed;
      const died = dieAt(ntd, [death.write]);
      if (death.shifted) await ntd.deps.brakes.insert("another", { minute: 0, caseIds: [] });
      const call = () => decideReview(ntd.deps)(request, ben);
      if (comesAgain) await untilDone(call);
      else await call().catch(() => undefined);
      await tellCases(ntd.deps);
      const { progress, isUntold } = (await ntd.deps.reviews.load(reviewId))?.state ?? {};
      const isDecided = progress?.kind === "decided";
      expect(died.count).toBe(1);
      if (comesAgain) expect(isDecided).toBe(true);
      expect([isUntold, (await ntd.told(1))?.doubt !== undefined]).toEqual([undefined, isDecided]);
      expect((await ntd.verbs(1)).filter((verb) => verb === "queued")).toHaveLength(isDecided ? 1 : 0);
    }
  },
);

test("what the case has heard is not said again, though a person decided illegal since and the mark was lost", async () => {
  const [bed, request] = await disputed();
  await using ntd = bed;
  await decideReview(ntd.deps)(request, ben);
  await decide(ntd, "VERDICT_ILLEGAL");
  const review = await ntd.deps.reviews.load(reviewId);
  if (review === undefined) throw new Error("no review");
  await ntd.deps.reviews.save(review, { ...review.state, isUntold: true });
  await tellCases(ntd.deps);
  expect((await ntd.told(1))?.doubt).toBeUndefined();
  expect((await ntd.deps.reviews.load(reviewId))?.state.isUntold).toBeUndefined();
});

test("beside a reopening it is the second word for who decides, and the doubt is as old as the first", async () => {
  const [bed, request] = await disputed();
  await using ntd = bed;
  await reopenCase(ntd.deps)({ requestId: randomUUID(), caseId, reason: "look", claim: false, keepInForce: false }, cy);
  const since = (await ntd.told(1))?.doubt?.sinceTime;
  ntd.clock.advance(60_000);
  await decideReview(ntd.deps)(request, ben);
  expect((await ntd.told(1))?.doubt).toMatchObject({ sinceTime: since, raisedBy: ["assessor/ben", "assessor/cy"] });
});
