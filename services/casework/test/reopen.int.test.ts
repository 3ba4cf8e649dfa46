import { randomUUID } from "node:crypto";
import { ReopenCaseResponse } from "@ntd/proto/casework/v1/case_service";
import { expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { reopenCase } from "../src/queue/rpc-reopen-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { dieAt, untilDone } from "./dying.ts";
import { later, noon, sha256 } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const [ann, ben, police] = ["assessor/ann", "assessor/ben", "police/pam"].map(calledBy) as [Ctx, Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;
const doubt = (change = {}) => ({
  requestId: randomUUID(),
  caseId,
  reason: "another picture",
  claim: false,
  keepInForce: false,
  ...change,
});

async function decidedByMachine(): Promise<Handlers> {
  const ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  return ntd;
}

test("a machine's decision is reopened: it is in doubt in the event, the case waits, and why is for assessors", async () => {
  await using ntd = await decidedByMachine();
  const before = await ntd.told(1);
  ntd.clock.advance(3_600_000);
  const request = doubt();
  const { case: view } = await reopenCase(ntd.deps)(request, ben);
  const reopening = { reopenedBy: "assessor/ben", reopenedTime: later(3600), reason: "another picture" };
  expect(view).toMatchObject({ claimedBy: "", reopening });
  const again = await reopenCase(ntd.deps)(request, ben);
  expect(ReopenCaseResponse.encode(again).finish()).toEqual(ReopenCaseResponse.encode({ case: view }).finish());
  expect(await ntd.told(1)).toMatchObject({
    state: "CASE_STATE_QUEUED",
    queueReason: "QUEUE_REASON_REOPENED",
    decision: before?.decision,
    doubt: { cause: "DOUBT_CAUSE_REOPENED", raisedBy: ["assessor/ben"], sinceTime: later(3600) },
  });
  expect((await ntd.verbs(1)).at(-1)).toBe("queued");
  await expect(reopenCase(ntd.deps)(doubt(), ben)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  const { case: seen } = await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, police);
  expect(seen?.reopening).toMatchObject({ reopenedBy: "assessor/ben", reason: "" });
});

test("one that is reopened for its classification alone stays in force", async () => {
  await using ntd = await decidedByMachine();
  await reopenCase(ntd.deps)(doubt({ keepInForce: true }), ben);
  expect(await ntd.told(1)).toMatchObject({ queueReason: "QUEUE_REASON_REOPENED", doubt: undefined });
});

test("who reopens a case may have it at once, and another decision follows the first", async () => {
  await using ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await decide(ntd, "VERDICT_ILLEGAL");
  const { case: view } = await reopenCase(ntd.deps)(doubt({ claim: true }), ann);
  expect(view).toMatchObject({ claimedBy: "assessor/ann", case: { state: "CASE_STATE_CLAIMED" } });
  expect(view?.case?.decision?.decisionId).toBe("by ann");
  const said = {
    decision: "VERDICT_NOT_ILLEGAL" as const,
    classifications: [],
    basis: "",
    reason: "",
    despiteGone: false,
    inDoubt: false,
  };
  await decideCase(ntd.deps)({ requestId: randomUUID(), caseId, expectedVersion: 1, ...said }, ann);
  expect((await ntd.caseOf(1))?.decisions.map(({ verdict }) => verdict)).toEqual([
    "VERDICT_ILLEGAL",
    "VERDICT_NOT_ILLEGAL",
  ]);
});

test.each(["", "  ", "x".repeat(2001)])("the reason %j is refused by name", async (reason) => {
  await using ntd = await decidedByMachine();
  await expect(reopenCase(ntd.deps)(doubt({ reason }), ben)).rejects.toMatchObject({ fields: [{ field: "reason" }] });
});

test.each([1, 2])("ended at its write %d and called again, it is reopened once", async (write) => {
  await using ntd = await decidedByMachine();
  const died = dieAt(ntd, write === 1 ? [1] : [2]);
  const request = doubt();
  if (write === 2) await ntd.deps.brakes.insert("another", { minute: 0, caseIds: [] });
  await untilDone(() => reopenCase(ntd.deps)(request, ben));
  expect(died.count).toBe(1);
  expect((await ntd.caseOf(1))?.reopenings).toMatchObject([{ reopenedBy: "assessor/ben", reopenedTime: noon }]);
});
