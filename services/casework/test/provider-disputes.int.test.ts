import { derivedId } from "@ntd/service";
import type { DataOf } from "@ntd/bus";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openReview } from "../src/reviews/review.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, unsentNotice, type Handlers } from "./bed.ts";
import { decide } from "./decide.ts";
import { later, noon, sha256 } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const automatic = derivedId("decision", caseId, 1);
const day = 24 * 3600;

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const notice = (change: Partial<DataOf<"notice">> = {}) =>
  unsentNotice(automatic, { state: "NOTICE_STATE_ISSUED", issuedTime: later(day), closedTime: undefined, ...change });

async function disputes(...times: Date[]): Promise<void> {
  for (const [n, openedTime] of times.entries()) {
    const review = openReview({ kind: "REVIEW_KIND_DISPUTE", openedTime, providerId: "alpha" }, 1000);
    await ntd.deps.reviews.insert(`dispute-${n}`, review);
  }
}

async function opened() {
  const { deps } = ntd;
  const found = await deps.reviews.find({ limit: 100 });
  return found.map(({ state }) => state).filter(({ kind }) => kind === "REVIEW_KIND_PROVIDER_DISPUTES");
}

test("a provider that disputes much has its automatic notices reviewed, each once, while they go their way", async () => {
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  await disputes(noon, later(60));
  const before = await ntd.verbs(1);
  for (const state of ["NOTICE_STATE_ISSUED", "NOTICE_STATE_ACKNOWLEDGED", "NOTICE_STATE_ISSUED"] as const) {
    await ntd.notice(notice({ state }));
  }
  const cause = { caseId, decisionId: automatic, noticeId: "notice-1", providerId: "alpha", targetId: "target-1" };
  expect(await opened()).toMatchObject([{ ...cause, openedTime: later(day), progress: { kind: "open" } }]);
  expect(await ntd.verbs(1)).toEqual(before);
});

test.each([
  ["another provider's notice", { providerId: "beta" }],
  ["one that was issued before the disputes", { issuedTime: later(59) }],
  ["one that was issued when they were long ago", { issuedTime: later(30 * day + 1) }],
  ["one that is over", { state: "NOTICE_STATE_CLOSED", offeredTime: noon }],
] as const)("%s is not reviewed", async (_, change) => {
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  await disputes(noon, later(60));
  await ntd.notice(notice(change));
  expect(await opened()).toEqual([]);
});

test("disputes that were refused do not count, upheld ones do", async () => {
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  await disputes(noon, later(60));
  const first = await ntd.deps.reviews.load("dispute-0");
  if (first === undefined) throw new Error("no review");
  const done = {
    kind: "decided",
    owner: "assessor/ben",
    reason: ntd.deps.sealer.seal("no", "words", noon),
    decidedTime: noon,
  } as const;
  const refused = { ...first.state, progress: { ...done, verdict: "REVIEW_VERDICT_REFUSED" as const } };
  const second = await ntd.deps.reviews.save(first, refused);
  if (second === undefined) throw new Error("not saved");
  await ntd.notice(notice());
  expect(await opened()).toEqual([]);
  await ntd.deps.reviews.save(second, { ...refused, progress: { ...done, verdict: "REVIEW_VERDICT_UPHELD" } });
  await ntd.notice(notice());
  expect(await opened()).toHaveLength(1);
});

test("what a person decided is not reviewed for it", async () => {
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await decide(ntd, "VERDICT_ILLEGAL");
  await disputes(noon, later(60));
  await ntd.notice(notice({ decisionId: "by ann" }));
  expect(await opened()).toEqual([]);
});
