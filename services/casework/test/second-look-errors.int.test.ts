import { randomUUID } from "node:crypto";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import type { Cause } from "@ntd/proto/casework/v1/impact";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { withBulkWord } from "../src/bulk/bulk.ts";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { confirmWithdrawal } from "../src/doubts/rpc-confirm-withdrawal.ts";
import { getImpact } from "../src/impact/rpc-get-impact.ts";
import { listImpact } from "../src/impact/rpc-list-impact.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { undoDecision } from "../src/queue/rpc-undo-decision.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { later } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const ids = () => ({ requestId: randomUUID(), caseId });
const [ann, ben] = [calledBy("assessor/ann"), calledBy("assessor/ben")];
const said = { classifications: [], basis: "section 4", reason: "", despiteGone: false };

/** Ann has decided, and another person is to look: before it is told where it is in doubt, else after. */
async function looked(decision: Verdict, inDoubt = false): Promise<Handlers> {
  const secondLook = { kind: "after", first: 0 } as const;
  const ntd = await openHandlers({ supervisors: ["sam", "sue"], secondLook });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await claimCase(ntd.deps)(ids(), ann);
  await decideCase(ntd.deps)({ ...ids(), expectedVersion: 1, decision, inDoubt, ...said }, ann);
  return ntd;
}

async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => "done",
    (problem: unknown) => problem,
  );
  return error instanceof Problem
    ? `${error.reason} ${error.message} ${JSON.stringify(error.metadata)}`
    : String(error);
}

async function whatBenHears(ntd: Handlers): Promise<unknown[]> {
  const of = (cause: Cause["what"]) => ({ cause: { what: cause }, pageSize: 10, pageToken: "" });
  const decisionId = "d";
  const why = { reason: "it looks innocent" };
  return [
    await getImpact(ntd.deps)(of({ $case: "caseId", value: caseId }), ben),
    (await listImpact(ntd.deps)(of({ $case: "caseId", value: caseId }), ben)).cases,
    (await listImpact(ntd.deps)(of({ $case: "person", value: "ann" }), ben)).cases,
    await refusal(confirmWithdrawal(ntd.deps)({ ...ids(), decisionId, expectedVersion: 1, ...why }, ben)),
    await refusal(undoDecision(ntd.deps)(ids(), ben)),
  ];
}

test("nobody who may look second hears what was decided by being refused, or by asking for its impact", async () => {
  const heard: unknown[] = [];
  for (const [decision, inDoubt] of [
    ["VERDICT_ILLEGAL", false],
    ["VERDICT_ILLEGAL", true],
    ["VERDICT_NOT_ILLEGAL", false],
    ["VERDICT_OUT_OF_SCOPE", false],
  ] as const) {
    await using ntd = await looked(decision, inDoubt);
    heard.push(await whatBenHears(ntd));
  }
  expect(heard).toEqual(heard.map(() => heard[0]));
  expect(JSON.stringify(heard)).not.toMatch(/done|ann"|IN_FORCE|current_decision/);
});

test("nor by being asked back, since it is gone by now", async () => {
  const heard: string[] = [];
  for (const inDoubt of [true, false]) {
    await using ntd = await looked("VERDICT_ILLEGAL", inDoubt);
    await ntd.target({ ...targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(9) }) }, 2);
    await claimCase(ntd.deps)(ids(), ben);
    const again = { ...ids(), expectedVersion: 1, decision: "VERDICT_ILLEGAL", inDoubt: false, ...said } as const;
    heard.push(await refusal(decideCase(ntd.deps)(again, ben)));
  }
  expect(heard[0]).toMatch(/^GONE/);
  expect(heard[1]).toBe(heard[0]);
});

test("two who disagree are a supervisor's to settle, also for who would confirm the withdrawal", async () => {
  await using ntd = await looked("VERDICT_ILLEGAL");
  await claimCase(ntd.deps)(ids(), ben);
  const other = { ...ids(), expectedVersion: 1, decision: "VERDICT_NOT_ILLEGAL", inDoubt: false, ...said } as const;
  await decideCase(ntd.deps)(other, ben);
  const decisionId = (await ntd.told(1))?.decision?.decisionId ?? "";
  const confirm = (who: string) =>
    confirmWithdrawal(ntd.deps)({ ...ids(), decisionId, expectedVersion: 1, reason: "it is innocent" }, calledBy(who));
  expect(await refusal(confirm("assessor/carol"))).toMatch(/^WRONG_STATE.*supervisor/);
  expect(await refusal(confirm("assessor/ben"))).toMatch(/^SAME_PERSON/);
  const item = { caseId, decisionId, evidenceRevision: 1 };
  const bulk = { ...OPEN_BULK, items: [item] };
  const file = await ntd.caseOf(1);
  expect(
    file && withBulkWord(file, bulk, item, { person: "assessor/carol", supervisors: ["sam", "sue"] }),
  ).toBeUndefined();
  const { case: settled } = await confirm("assessor/sue");
  expect(settled?.case?.decision).toMatchObject({ withdrawsDecisionId: decisionId, confirmedBy: "assessor/ben" });
});

const OPEN_BULK = {
  requestId: "r",
  digest: "d",
  what: "withdraw" as const,
  reason: { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) },
  changedPictures: [],
  time: later(60),
  dueTime: later(90),
};
