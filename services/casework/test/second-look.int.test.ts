import { randomUUID } from "node:crypto";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import { ClaimCaseResponse, type CaseView, type ListQueueResponse } from "@ntd/proto/casework/v1/case_service";
import { sealAddress } from "@ntd/service";
import { expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { listImpact } from "../src/impact/rpc-list-impact.ts";
import { closeAbsent } from "../src/absent/close-absent.ts";
import { tellDecisions } from "../src/queue/every-second-tell-decisions.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { listQueue } from "../src/queue/rpc-list-queue.ts";
import { undoDecision } from "../src/queue/rpc-undo-decision.ts";
import { markOverdue } from "../src/second-look/every-minute-mark-overdue.ts";
import { openReview } from "../src/reviews/review.ts";
import { claimReview } from "../src/reviews/rpc-claim-review.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, testSealer, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, later, noon } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const ids = () => ({ requestId: randomUUID(), caseId });
const ann = calledBy("assessor/ann");
const HOURS = 3_600_000;

async function opened(settings: Parameters<typeof openHandlers>[0] = {}): Promise<Handlers> {
  const secondLook = { kind: "after", first: 0, ...settings.secondLook } as const;
  const ntd = await openHandlers({ supervisors: ["sam", "sue"], ...settings, secondLook });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  return ntd;
}

function request(decision: Verdict = "VERDICT_ILLEGAL", inDoubt = false) {
  const said = { decision, inDoubt, classifications: [], basis: "section 4", reason: "", despiteGone: false };
  return { ...ids(), expectedVersion: 1, ...said };
}

const claim = (ntd: Handlers, who: string) => claimCase(ntd.deps)(ids(), calledBy(who));
const decide = (ntd: Handlers, who: string, ...of: Parameters<typeof request>) =>
  decideCase(ntd.deps)(request(...of), calledBy(who));
async function say(ntd: Handlers, who: string, ...of: Parameters<typeof request>): Promise<CaseView | undefined> {
  await claim(ntd, who);
  return (await decide(ntd, who, ...of)).case;
}
const show = async (ntd: Handlers, who: string) =>
  (await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, calledBy(who))).case;
const impact = async (ntd: Handlers, who: string) => {
  const cause = { what: { $case: "caseId" as const, value: caseId } };
  return (await listImpact(ntd.deps)({ cause, pageSize: 10, pageToken: "" }, calledBy(who))).cases;
};
const queue = async (ntd: Handlers, queueReason: ListQueueResponse["cases"][number]["queueReason"]) =>
  (await listQueue(ntd.deps)({ pageSize: 10, pageToken: "", queueReason })).cases;

test("what is in doubt is told once another person decides the same, who sees nothing of the first until then", async () => {
  await using ntd = await opened({ holdBackMs: 60_000 });
  const first = await say(ntd, "assessor/ann", "VERDICT_ILLEGAL", true);
  expect(first).toMatchObject({
    heldDecision: { verdict: "VERDICT_ILLEGAL", decidedBy: "assessor/ann" },
    heldUntilTime: undefined,
    secondLook: { review: "SECOND_REVIEW_BEFORE" },
  });
  const told = (await ntd.verbs(1)).length;
  const ben = await claim(ntd, "assessor/ben");
  for (const view of [await show(ntd, "assessor/cyd"), await show(ntd, "police/pam"), ben.case]) {
    expect(view).toMatchObject({ heldDecision: undefined, secondLook: undefined, case: { decision: undefined } });
    expect(JSON.stringify(view)).not.toMatch(/ILLEGAL|ann/);
  }
  expect(JSON.stringify(await queue(ntd, "QUEUE_REASON_SECOND_LOOK"))).not.toMatch(/ILLEGAL|ann/);
  expect((await show(ntd, "assessor/ann"))?.heldDecision).toMatchObject({ verdict: "VERDICT_ILLEGAL" });
  expect(await ntd.told(1)).toMatchObject({ queueReason: "QUEUE_REASON_SECOND_LOOK", decision: undefined });
  const { case: second } = await decide(ntd, "assessor/ben");
  expect(second).toMatchObject({
    case: { state: "CASE_STATE_DECIDED", decision: { decidedBy: "assessor/ann" } },
    secondLook: { agreedBy: "assessor/ben" },
  });
  expect((await ntd.verbs(1)).slice(told - 1)).toEqual(["queued", "claimed", "decided"]);
  await expect(undoDecision(ntd.deps)(ids(), ann)).rejects.toMatchObject({ reason: "WRONG_STATE" });
});

test("an answer that comes again is the first one, and shows no more", async () => {
  await using ntd = await opened();
  await say(ntd, "assessor/ann");
  const claiming = ids();
  const { case: view } = await claimCase(ntd.deps)(claiming, calledBy("assessor/ben"));
  await decide(ntd, "assessor/ben");
  const { case: again } = await claimCase(ntd.deps)(claiming, calledBy("assessor/ben"));
  expect(ClaimCaseResponse.encode({ case: again }).finish()).toEqual(ClaimCaseResponse.encode({ case: view }).finish());
  expect(again?.case).toMatchObject({ decision: undefined, state: "CASE_STATE_CLAIMED" });
});

test("why it was decided is told to assessors who see what was decided, and to nobody else", async () => {
  await using ntd = await opened();
  const because = async (who: string, decision: Verdict, reason: string) => {
    await claim(ntd, who);
    await decideCase(ntd.deps)({ ...request(decision, true), reason }, calledBy(who));
  };
  await because("assessor/ann", "VERDICT_ILLEGAL", "a school uniform");
  expect(await show(ntd, "assessor/ann")).toMatchObject({ heldReason: "a school uniform" });
  expect(JSON.stringify(await show(ntd, "assessor/ben"))).not.toMatch(/uniform/);
  await because("assessor/ben", "VERDICT_NOT_ILLEGAL", "an adult");
  const apart = { heldReason: "a school uniform", secondLook: { otherReason: "an adult" }, decisionReason: "" };
  expect(await show(ntd, "assessor/sam")).toMatchObject(apart);
  await because("assessor/sam", "VERDICT_ILLEGAL", "known to the police");
  expect(await show(ntd, "assessor/cyd")).toMatchObject({ decisionReason: "known to the police", heldReason: "" });
  for (const who of ["operator/oz", "police/pam"]) {
    expect(await show(ntd, who)).toMatchObject({
      case: { decision: { decidedBy: "assessor/sam" } },
      decisionReason: "",
    });
  }
});

test("who looked second and agreed does not judge what is said against the decision", async () => {
  await using ntd = await opened();
  for (const who of ["assessor/ann", "assessor/ben"]) await say(ntd, who, "VERDICT_ILLEGAL", true);
  await ntd.deps.reviews.insert("r1", openReview({ kind: "REVIEW_KIND_DISPUTE", openedTime: later(5), caseId }, 1000));
  const judge = (who: string) =>
    claimReview(ntd.deps)({ requestId: randomUUID(), reviewId: "r1", takeOver: false }, calledBy(who));
  for (const who of ["assessor/ann", "assessor/ben"])
    await expect(judge(who)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect((await judge("assessor/cyd")).review).toMatchObject({ owner: "assessor/cyd" });
});

test("what is told already looks the same to the second person as what is not", async () => {
  const views: unknown[] = [];
  for (const inDoubt of [true, false]) {
    await using ntd = await opened();
    await say(ntd, "assessor/ann", "VERDICT_ILLEGAL", inDoubt);
    views.push(await show(ntd, "assessor/ben"), (await claim(ntd, "assessor/ben")).case);
    views.push(await queue(ntd, "QUEUE_REASON_UNSPECIFIED"), await impact(ntd, "assessor/ben"));
    expect(await impact(ntd, "operator/oz")).toMatchObject([{ decidedBy: inDoubt ? "" : "assessor/ann" }]);
    expect((await show(ntd, "operator/oz"))?.case?.decision?.verdict).toBe(inDoubt ? undefined : "VERDICT_ILLEGAL");
  }
  expect(views.slice(4)).toEqual(views.slice(0, 4));
});

test("while it is held back others do not see it where somebody is to look", async () => {
  await using ntd = await opened({ holdBackMs: 60_000 });
  await say(ntd, "assessor/ann");
  expect((await show(ntd, "assessor/ann"))?.heldDecision).toMatchObject({ verdict: "VERDICT_ILLEGAL" });
  expect((await show(ntd, "assessor/ben"))?.heldDecision).toBeUndefined();
});

test("a person's first decisions wait for another one; only those that others know of are counted", async () => {
  await using ntd = await opened({ secondLook: { first: 2 } });
  const decisions = async () => (await ntd.deps.cases.count({ decider: "ann" })).count;
  await say(ntd, "assessor/ann");
  expect([await decisions(), (await ntd.caseOf(1))?.second?.kind]).toEqual([0, "before"]);
  await say(ntd, "assessor/ben");
  expect([await decisions(), (await ntd.deps.cases.count({ decider: "ben" })).count]).toEqual([1, 0]);
});

test("what a person closed in bulk does not make them practised", async () => {
  await using ntd = await openHandlers();
  await ntd.target(targetEvent({ state: "TARGET_STATE_GONE", content: undefined, neverSeen: true, goneTime: noon }));
  const call = { person: "assessor/ann", requestId: "request-1", digest: "body", maxCount: 10 };
  expect(await closeAbsent(ntd.deps, call, new AbortController().signal)).toMatchObject({ closedCount: 1 });
  expect((await ntd.deps.cases.count({ decider: "ann" })).count).toBe(0);
});

test("a whole host waits for another one", async () => {
  await using ntd = await opened();
  const url = "http://host.test/";
  const address = sealAddress(testSealer, { original: url, fetch: url, key: url }, noon);
  await ntd.target(targetEvent({ address }), 2);
  await say(ntd, "assessor/ann");
  expect((await ntd.caseOf(1))?.second?.kind).toBe("before");
});

test("two who disagree are shown to a supervisor, in a lane of its own, whose decision is told", async () => {
  await using ntd = await opened();
  await say(ntd, "assessor/ann", "VERDICT_ILLEGAL", true);
  await say(ntd, "assessor/ben", "VERDICT_NOT_ILLEGAL");
  expect(await queue(ntd, "QUEUE_REASON_SECOND_LOOK")).toEqual([]);
  expect(await queue(ntd, "QUEUE_REASON_DISAGREEMENT")).toMatchObject([{ caseId, dueTime: later(8 * 3600) }]);
  await expect(claim(ntd, "assessor/cyd")).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await expect(claim(ntd, "assessor/ann")).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const { case: view } = await claim(ntd, "assessor/sue");
  expect(view).toMatchObject({
    heldDecision: { decidedBy: "assessor/ann" },
    secondLook: { otherDecision: { decidedBy: "assessor/ben", verdict: "VERDICT_NOT_ILLEGAL" } },
  });
  await decide(ntd, "assessor/sue", "VERDICT_NOT_ILLEGAL");
  expect(await ntd.told(1)).toMatchObject({
    state: "CASE_STATE_DECIDED",
    decision: { decidedBy: "assessor/sue", verdict: "VERDICT_NOT_ILLEGAL" },
  });
});

test("new evidence makes it void: nothing was told, and the case is anybody's", async () => {
  await using ntd = await opened();
  await say(ntd, "assessor/ann", "VERDICT_ILLEGAL", true);
  await claim(ntd, "assessor/ben");
  await ntd.match(matchEvent([hit({ autoIssue: false })]), 2);
  expect(await ntd.told(1)).toMatchObject({ queueReason: "QUEUE_REASON_NEW_EVIDENCE", decision: undefined });
  await ntd.target(targetEvent(), 3);
  expect(await ntd.told(1)).toMatchObject({ queueReason: "QUEUE_REASON_NEW_EVIDENCE" });
  await expect(decide(ntd, "assessor/ben")).rejects.toMatchObject({ reason: "EVIDENCE_CHANGED" });
});

test("police do not wait: it is told within a second, and looked at afterwards", async () => {
  await using ntd = await opened();
  await say(ntd, "assessor/ann", "VERDICT_ILLEGAL", true);
  await ntd.report(reportEvent("urgent", noon, { channel: "CHANNEL_POLICE" }));
  await tellDecisions(ntd.deps);
  expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED", decision: { decidedBy: "assessor/ann" } });
  expect(await queue(ntd, "QUEUE_REASON_SECOND_LOOK")).toMatchObject([{ caseId }]);
});

test("what nobody looks at in time stays in its lane, overdue", async () => {
  await using ntd = await opened();
  await say(ntd, "assessor/ann");
  ntd.clock.advance(8 * HOURS - 1);
  await markOverdue(ntd.deps);
  expect(await queue(ntd, "QUEUE_REASON_SECOND_LOOK")).toMatchObject([{ overdue: false }]);
  ntd.clock.advance(1);
  await markOverdue(ntd.deps);
  expect(await queue(ntd, "QUEUE_REASON_SECOND_LOOK")).toMatchObject([{ overdue: true, dueTime: later(8 * 3600) }]);
});

test.each([
  ["has saved the first", 1, 0],
  ["would save the first", 1, 1],
  ["has saved the second", 3, 0],
  ["would save the second", 3, 1],
])("ended where it %s, and called again, it is told once, as two persons say", async (_, at, odd) => {
  await using ntd = await opened();
  await claim(ntd, "assessor/ann");
  const died = dieAt(ntd, [at + odd]);
  if (odd === 1) await ntd.deps.brakes.insert("another", { minute: 0, caseIds: [] });
  for (const [who, inDoubt] of [["assessor/ann", true] as const, ["assessor/ben", false] as const]) {
    const said = request("VERDICT_ILLEGAL", inDoubt);
    const claiming = ids();
    if (who === "assessor/ben") await untilDone(() => claimCase(ntd.deps)(claiming, calledBy(who)));
    await untilDone(() => decideCase(ntd.deps)(said, calledBy(who)));
  }
  expect(died.count).toBe(1);
  expect((await ntd.verbs(1)).filter((verb) => verb === "decided")).toEqual(["decided"]);
  expect(await ntd.caseOf(1)).toMatchObject({
    decisions: [{ decidedBy: "assessor/ann" }],
    looks: [{ outcome: "agreed", lookedBy: "assessor/ben" }],
  });
});
