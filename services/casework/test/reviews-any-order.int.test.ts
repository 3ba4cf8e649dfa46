import { derivedId } from "@ntd/service";
import { plainAnswer } from "@ntd/testing";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { getReview } from "../src/reviews/rpc-get-review.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, unsentNotice, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { later, noon, sha256 } from "./facts.ts";

type Step = (ntd: Handlers) => Promise<void>;

const caseId = caseIdOf("target-1", 1);
const decisionId = derivedId("decision", caseId, 1);
const complaint = (complaintId: string, change: object): Step => {
  const said = { capacity: "CAPACITY_ANYBODY", receivedTime: later(60), answerTime: later(90), language: "" } as const;
  const nothing = { targetId: "", address: undefined, caseId: "", text: undefined, contact: undefined };
  return (ntd) => ntd.complaint({ complaintId, ...said, ...nothing, ...change });
};
const disputed: Step = (ntd) => {
  const notice = unsentNotice(decisionId, { state: "NOTICE_STATE_ANSWERED", offeredTime: noon, closedTime: undefined });
  const answer = { outcome: "OUTCOME_DISPUTED", receivedTime: later(50), measureTime: undefined, revision: 1 } as const;
  const cannot = { cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED", reference: "" } as const;
  const answers = [{ ...answer, ...cannot, ...plainAnswer }];
  return ntd.notice({ ...notice, targets: notice.targets.map((target) => ({ ...target, answers })) });
};
const steps: Step[] = [
  (ntd) => ntd.target(targetEvent(), 1),
  (ntd) => ntd.match(matchEvent([sha256()])),
  (ntd) => ntd.report(reportEvent("r1", noon)),
  complaint("by its address", { targetId: "target-1" }),
  complaint("by its number", { caseId }),
  complaint("of what nobody knows", { targetId: "target-2", caseId: "no such case" }),
];

/** What an assessor sees of every review, and the case. */
async function endOf(order: readonly Step[], dyingWrites: readonly number[] = []): Promise<unknown> {
  await using ntd = await openHandlers();
  const died = dieAt(ntd, dyingWrites);
  for (const step of order) await untilDone(() => step(ntd));
  expect(died.count).toBe(dyingWrites.length);
  const found = await ntd.deps.reviews.find({ limit: 100 });
  const reviews = found.map(({ id }) => getReview(ntd.deps)({ reviewId: id }, calledBy("assessor/ben")));
  return { reviews: await Promise.all(reviews), progress: (await ntd.caseOf(1))?.progress };
}

test(
  "complaints and disputes open the same reviews in whatever order and however often they come, ended at any write",
  { timeout: longest(60_000) },
  async () => {
    // A notice comes of a case: its dispute is never before it.
    const expected = await endOf([...steps, disputed]);
    const about = { caseId, targetId: "target-1", decisionId };
    expect(expected).toMatchObject({ progress: { kind: "auto_decided" } });
    const { reviews } = expected as { reviews: { review: { kind: string } }[] };
    const seen = reviews.map(({ review }) => review).toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
    expect(seen).toHaveLength(4);
    expect(seen.filter(({ kind }) => kind === "REVIEW_KIND_DISPUTE")).toMatchObject([about]);
    expect(seen.filter((review) => "caseId" in review && review.caseId === caseId)).toHaveLength(3);
    const arbitrary = fc.tuple(
      fc.shuffledSubarray(steps, { minLength: steps.length }),
      fc.array(fc.constantFrom(...steps, disputed), { maxLength: 3 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([order, repeats, deaths]) => {
        expect(await endOf([...order, disputed, ...repeats], deaths)).toEqual(expected);
      }),
      { numRuns: runs(20) },
    );
  },
);
