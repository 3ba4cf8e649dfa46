import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestTakedown, type TestTakedown } from "./bed.ts";
import { aDecision } from "./examples.ts";

let takedown: TestTakedown;
beforeAll(async () => {
  takedown = await startTestTakedown();
  await takedown.provider("alpha", { domains: ["alpha.example"] });
});
afterAll(() => takedown[Symbol.asyncDispose]());

test("a case of words alone has no address: nobody is told of it, however it is decided, and nothing waits behind it", async () => {
  const words = { caseId: randomUUID(), targetId: randomUUID() };
  const told = { targetId: words.targetId, address: undefined, isTextOnly: true };
  await takedown.publishCase(words.caseId, 1, "", { ...told, state: "CASE_STATE_QUEUED", decision: undefined });
  const decision = aDecision(`decision of ${words.caseId}`, "VERDICT_OUT_OF_SCOPE");
  await takedown.publishCase(words.caseId, 2, "", { ...told, decision });
  const next = await takedown.decide("alpha.example");
  expect((await takedown.notice(next.caseId)).targets[0]?.targetId).toBe(next.targetId);
  expect(await takedown.notices(words.caseId)).toEqual([]);
  expect((await takedown.bed.bus.manager.streams.info("DEAD")).state.messages).toBe(0);
});
