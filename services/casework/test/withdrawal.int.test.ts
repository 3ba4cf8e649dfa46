import { randomUUID } from "node:crypto";
import { ConfirmWithdrawalResponse } from "@ntd/proto/casework/v1/case_service";
import { expect, test } from "vitest";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { confirmWithdrawal } from "../src/doubts/rpc-confirm-withdrawal.ts";
import { reopenCase } from "../src/queue/rpc-reopen-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { dieAt, untilDone } from "./dying.ts";
import { later, sha256 } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const [ann, ben, police] = ["assessor/ann", "assessor/ben", "police/pam"].map(calledBy) as [Ctx, Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;

/** A machine's "illegal" that ben reopened. */
async function reopened(): Promise<{ ntd: Handlers; decisionId: string }> {
  const ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  const again = { requestId: randomUUID(), caseId, reason: "another picture", claim: false, keepInForce: false };
  await reopenCase(ntd.deps)(again, ben);
  return { ntd, decisionId: (await ntd.told(1))?.decision?.decisionId ?? "" };
}

const request = (decisionId: string, change = {}) => {
  return { requestId: randomUUID(), caseId, decisionId, expectedVersion: 2, reason: "a cartoon", ...change };
};

test("a second person withdraws what was reopened; the event tells both, and why is for assessors", async () => {
  const { ntd, decisionId } = await reopened();
  await using _ = ntd;
  ntd.clock.advance(60_000);
  const sent = request(decisionId);
  const answer = await confirmWithdrawal(ntd.deps)(sent, ann);
  const confirmation = { confirmedBy: "assessor/ann", confirmedTime: later(60), decisionId, reason: "a cartoon" };
  expect(answer.case).toMatchObject({ claimedBy: "", confirmation });
  expect(await ntd.told(1)).toMatchObject({
    state: "CASE_STATE_DECIDED",
    decision: {
      verdict: "VERDICT_NOT_ILLEGAL",
      decidedBy: "assessor/ann",
      withdrawsDecisionId: decisionId,
      confirmedBy: "assessor/ben",
    },
    doubt: undefined,
  });
  const again = await confirmWithdrawal(ntd.deps)(sent, ann);
  expect(ConfirmWithdrawalResponse.encode(again)).toEqual(ConfirmWithdrawalResponse.encode(answer));
  const { case: seen } = await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, police);
  expect(seen?.confirmation).toMatchObject({ confirmedBy: "assessor/ann", reason: "" });
});

test("who has had a word, and who has not seen the evidence, are refused by name", async () => {
  const { ntd, decisionId } = await reopened();
  await using _ = ntd;
  const refused = (change: object, by = ann) => confirmWithdrawal(ntd.deps)(request(decisionId, change), by);
  await expect(refused({}, ben)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  await expect(refused({ reason: " " })).rejects.toMatchObject({ fields: [{ field: "reason" }] });
  await expect(refused({ decisionId: "" })).rejects.toMatchObject({ fields: [{ field: "decision_id" }] });
  await expect(refused({ expectedVersion: 1 })).rejects.toMatchObject({
    reason: "EVIDENCE_CHANGED",
    metadata: { current_version: "2" },
  });
  await decide(ntd, "VERDICT_ILLEGAL");
  await expect(refused({})).rejects.toMatchObject({
    reason: "DECISION_CHANGED",
    metadata: { current_decision_id: "by ann" },
  });
});

test.each([1, 2])("ended at its write %d and called again, it is withdrawn once", async (write) => {
  const { ntd, decisionId } = await reopened();
  await using _ = ntd;
  const died = dieAt(ntd, [write]);
  if (write === 2) await ntd.deps.brakes.insert("another", { minute: 0, caseIds: [] });
  const sent = request(decisionId);
  await untilDone(() => confirmWithdrawal(ntd.deps)(sent, ann));
  expect(died.count).toBe(1);
  const { decisions, confirmations } = (await ntd.caseOf(1)) ?? {};
  expect([decisions?.length, confirmations?.length]).toEqual([2, 1]);
});
