import { randomUUID } from "node:crypto";
import { sealer } from "@ntd/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finishAll } from "../src/dispatches/every-second-finish.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { assignProvider } from "../src/providers/rpc-assign-provider.ts";
import { listUnattributed } from "../src/providers/rpc-list-unattributed.ts";
import { addProvider, decidedCase, openTestDeps } from "./deps.ts";
import { aDecision } from "./examples.ts";
import { calledBy } from "./called-by.ts";

// An event may wait for longer than its address is kept: in a restored stream, or while the service is down.

const olga = calledBy("operator/olga");
let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeEach(async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
});
afterEach(() => deps[Symbol.asyncDispose]());

const decided = (version: number, change = {}) => decidedCase(deps, "https://alpha.example/1", version, change);
const withdrawal = {
  ...aDecision("decision-2", "VERDICT_NOT_ILLEGAL"),
  withdrawsDecisionId: "decision-1",
  confirmedBy: "assessor/b",
};
const waiting = async () => (await listUnattributed(deps)({ pageSize: 10, pageToken: "" }, olga)).dispatches;

test("a decision whose address was erased before its dispatch waits in a person's list, and no letter is dead", async () => {
  const [event, again] = [decided(1), decided(2)];
  deps.sealer = sealer(new Map([["2030-01", new Uint8Array(32).fill(9)]]));
  await onCase(deps)(event);
  await onCase(deps)(again);
  await finishAll(deps, new AbortController().signal);
  expect(await waiting()).toMatchObject([{ caseId: "case-1", url: "", addressErased: true }]);
  expect((await deps.notices.count({})).count).toBe(0);
  const [{ dispatchId } = { dispatchId: "" }] = await waiting();
  const request = { requestId: randomUUID(), dispatchId, providerId: "alpha", action: "ACTION_REMOVE" as const };
  await expect(assignProvider(deps)(request, olga)).rejects.toMatchObject({
    reason: "WRONG_STATE",
    message: expect.stringContaining("erased"),
  });
  expect((await deps.readings.count({})).count).toBe(0);
});

test("it leaves the list once its decision stands no longer", async () => {
  const [event, otherwise] = [decided(1), decided(2, { decision: withdrawal })];
  deps.sealer = sealer(new Map([["2030-01", new Uint8Array(32).fill(9)]]));
  await onCase(deps)(event);
  expect(await waiting()).toHaveLength(1);
  await onCase(deps)(otherwise);
  await finishAll(deps, new AbortController().signal);
  expect(await waiting()).toEqual([]);
});

test("a key that is still to come is waited for", async () => {
  const event = decided(1);
  deps.sealer = sealer(new Map([["2019-01", new Uint8Array(32).fill(9)]]));
  await expect(onCase(deps)(event)).rejects.toMatchObject({ reason: "SEALING_KEY_NEWER" });
  expect(await waiting()).toEqual([]);
});
