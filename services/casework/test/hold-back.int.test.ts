import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { tellDecisions } from "../src/queue/every-second-tell-decisions.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { listQueue } from "../src/queue/rpc-list-queue.ts";
import { undoDecision } from "../src/queue/rpc-undo-decision.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, later, noon } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const [ann, ben, police] = [calledBy("assessor/ann"), calledBy("assessor/ben"), calledBy("police/pam")];
const ids = () => ({ requestId: randomUUID(), caseId });
const illegal = {
  decision: "VERDICT_ILLEGAL",
  classifications: [],
  basis: "section 4",
  reason: "",
  despiteGone: false,
  inDoubt: false,
} as const;

async function claimedByAnn(): Promise<Handlers> {
  const ntd = await openHandlers({ holdBackMs: 60_000 });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await claimCase(ntd.deps)(ids(), ann);
  return ntd;
}

const decide = (ntd: Handlers, expectedVersion = 1) =>
  decideCase(ntd.deps)({ ...ids(), ...illegal, classifications: [], expectedVersion }, ann);
const show = async (ntd: Handlers, who = ann) =>
  (await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, who)).case;

test("a decision is held back for a minute: assessors see it, nobody else does, then it is told", async () => {
  await using ntd = await claimedByAnn();
  const before = await ntd.verbs(1);
  const { case: view } = await decide(ntd);
  const heldDecision = { verdict: "VERDICT_ILLEGAL", decidedBy: "assessor/ann" };
  const unheard = { claimedBy: "assessor/ann", case: { state: "CASE_STATE_CLAIMED", decision: undefined } };
  expect(view).toMatchObject({ ...unheard, heldDecision, heldUntilTime: later(60) });
  expect(await show(ntd, ben)).toMatchObject({ ...unheard, heldDecision });
  expect(await show(ntd, police)).toMatchObject({ ...unheard, heldDecision: undefined, heldUntilTime: undefined });
  const { cases } = await listQueue(ntd.deps)({ pageSize: 10, pageToken: "", queueReason: "QUEUE_REASON_UNSPECIFIED" });
  expect(cases).toMatchObject([{ caseId, claimedBy: "assessor/ann" }]);
  ntd.clock.advance(59_999);
  await tellDecisions(ntd.deps);
  expect(await ntd.verbs(1)).toEqual(before);
  ntd.clock.advance(1);
  await tellDecisions(ntd.deps);
  await tellDecisions(ntd.deps);
  expect(await ntd.verbs(1)).toEqual([...before, "decided"]);
  expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED", decision: heldDecision });
  await expect(undoDecision(ntd.deps)(ids(), ann)).rejects.toMatchObject({ reason: "WRONG_STATE" });
});

test("what is undone is never told; the case goes on with who undid it, whose decision is another one", async () => {
  await using ntd = await claimedByAnn();
  const before = await ntd.verbs(1);
  const first = (await decide(ntd)).case?.heldDecision?.decisionId;
  const { case: view } = await undoDecision(ntd.deps)(ids(), ben);
  expect(view).toMatchObject({ claimedBy: "assessor/ben", heldDecision: undefined, case: { decision: undefined } });
  ntd.clock.advance(3_600_000);
  await tellDecisions(ntd.deps);
  expect(await ntd.verbs(1)).toEqual(before);
  await claimCase(ntd.deps)(ids(), ann);
  const second = (await decide(ntd)).case?.heldDecision?.decisionId;
  expect(new Set([first, second, undefined]).size).toBe(3);
});

test("replicas that tell it and persons who undo it at one time: it is told once or undone, never both", async () => {
  for (let round = 0; round < 10; round++) {
    await using ntd = await claimedByAnn();
    const before = await ntd.verbs(1);
    await decide(ntd);
    ntd.clock.advance(60_000);
    const undo = undoDecision(ntd.deps)(ids(), ann).then(
      () => true,
      () => false,
    );
    const [undone] = await Promise.all([undo, tellDecisions(ntd.deps), tellDecisions(ntd.deps)]);
    expect(await ntd.verbs(1)).toEqual(undone ? before : [...before, "decided"]);
  }
});

test.each([
  ["has saved the decision", 1, 0],
  ["would save the decision", 1, 1],
  ["has told it", 2, 1],
  ["would tell it", 2, 0],
])("ended where it %s, and begun again, it is decided once and told once", async (_, at, odd) => {
  await using ntd = await claimedByAnn();
  const before = await ntd.verbs(1);
  const died = dieAt(ntd, [at + odd]);
  if (odd === 1) await ntd.deps.brakes.insert("another", { minute: 0, caseIds: [] });
  const request = { ...ids(), ...illegal, classifications: [], expectedVersion: 1 };
  await untilDone(() => decideCase(ntd.deps)(request, ann));
  ntd.clock.advance(60_000);
  await untilDone(() => tellDecisions(ntd.deps));
  expect(died.count).toBe(1);
  expect(await ntd.verbs(1)).toEqual([...before, "decided"]);
  expect((await ntd.caseOf(1))?.decisions).toHaveLength(1);
});

test("a hit that comes meanwhile decides nothing; it brings the case back once the decision is told", async () => {
  await using ntd = await claimedByAnn();
  await decide(ntd);
  await ntd.match(matchEvent([hit()]), 2);
  expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_CLAIMED", decision: undefined });
  ntd.clock.advance(60_000);
  await tellDecisions(ntd.deps);
  expect(await ntd.told(1)).toMatchObject({
    state: "CASE_STATE_QUEUED",
    queueReason: "QUEUE_REASON_NEW_EVIDENCE",
    decision: { decidedBy: "assessor/ann" },
  });
});

test("what police reported is told at once, also if they do so meanwhile", async () => {
  await using ntd = await claimedByAnn();
  await decide(ntd);
  await ntd.report(reportEvent("urgent", noon, { channel: "CHANNEL_POLICE" }));
  await tellDecisions(ntd.deps);
  expect(await ntd.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED" });
  await using urgent = await openHandlers({ holdBackMs: 60_000 });
  await urgent.report(reportEvent("urgent", noon, { channel: "CHANNEL_POLICE" }));
  await urgent.target(targetEvent());
  await urgent.match(matchEvent([]));
  await claimCase(urgent.deps)(ids(), ann);
  await decide(urgent);
  expect(await urgent.told(1)).toMatchObject({ state: "CASE_STATE_DECIDED" });
});

test("a report of police's among many others is found", async () => {
  await using ntd = await claimedByAnn();
  await ntd.report(reportEvent("urgent", noon, { channel: "CHANNEL_POLICE" }));
  for (let n = 1; n <= 25; n++) await ntd.report(reportEvent(`r-${n}`, later(n)));
  expect((await ntd.caseOf(1))?.reports).toMatchObject({ count: 26, police: true, raised: true });
});
