import { afterEach, beforeEach, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { finishAll } from "../src/dispatches/every-second-finish.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { onTarget } from "../src/dispatches/on-target.ts";
import { addProvider, decidedCase, eventOfData, openTestDeps, watchedCollection } from "./deps.ts";
import { offerStored } from "../src/stream/offer.ts";
import { aDecision, aMachineDecision, aTarget, at, aClient } from "./examples.ts";

// What one event may cost: reads and writes of the store, and events that others have to read.

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let counted: Deps;
let cost = { reads: 0, writes: 0, signatures: 0 };
beforeEach(async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
  const after = (method: string) => {
    if (["load", "find", "pages"].includes(method)) cost.reads++;
    if (method === "insert" || method === "save") cost.writes++;
  };
  const names = ["providers", "switches", "cases", "targets", "dispatches", "notices"] as const;
  const watched = Object.fromEntries(names.map((name) => [name, watchedCollection(deps[name] as never, { after })]));
  const sign: Deps["signer"]["sign"] = (...args) => (cost.signatures++, deps.signer.sign(...args));
  counted = { ...deps, ...watched, signer: { ...deps.signer, sign } };
});
afterEach(() => deps[Symbol.asyncDispose]());

const url = "https://pictures.alpha.example/1";
const seen = (version: number, change: Parameters<typeof aTarget>[0] = {}) =>
  eventOfData("target-1", version, aTarget(change));

async function costOf(run: () => Promise<unknown>): Promise<typeof cost & { events: number }> {
  const before = await events();
  cost = { reads: 0, writes: 0, signatures: 0 };
  await run();
  return { ...cost, events: (await events()) - before };
}

async function events(): Promise<number> {
  const ids = await deps.notices.outbox.pending(100);
  return (await Promise.all(ids.map((id) => deps.notices.outbox.read(id)))).flat().length;
}

test("a decided case: its view, the dispatch, the notice, whom it meets and that it is made; one event, one signature", async () => {
  await onTarget(counted)(seen(1));
  const decided = await costOf(() => onCase(counted)(decidedCase(deps, url)));
  expect(decided).toEqual({ reads: 6, writes: 4, signatures: 1, events: 1 });
  const again = await costOf(() => onCase(counted)(decidedCase(deps, url, 2)));
  expect(again).toEqual({ reads: 2, writes: 1, signatures: 0, events: 0 });
});

test("an offer: what could stop it is read, and it is stamped; a machine's that was just seen costs no more", async () => {
  for (const [n, decision] of [aDecision("decision-1"), aMachineDecision("decision-2")].entries()) {
    const ids = { caseId: `case-${n}`, targetId: `target-${n}` };
    await onTarget(counted)(eventOfData(ids.targetId, 1, aTarget(ids)));
    await onCase(counted)(eventOfData(ids.caseId, 1, decidedCase(deps, url, 1, { ...ids, decision }).data));
    const [found] = await deps.notices.find({ where: { unoffered: "alpha" }, orderBy: "issuedTime", limit: 1 });
    const offered = await costOf(async () => found && offerStored(counted, found, aClient().understands));
    expect(offered).toEqual({ reads: 3, writes: 1, signatures: 0, events: 1 });
  }
});

test("a look that tells nothing new writes no notice, one that does writes it once", async () => {
  await onCase(counted)(decidedCase(deps, url));
  const first = await costOf(() => onTarget(counted)(seen(1)));
  expect(first).toEqual({ reads: 4, writes: 2, signatures: 0, events: 1 });
  const suspect = await costOf(() => onTarget(counted)(seen(2, { state: "TARGET_STATE_SUSPECT_GONE" })));
  expect(suspect).toEqual({ reads: 4, writes: 2, signatures: 0, events: 1 });
  const still = await costOf(() => onTarget(counted)(seen(3, { state: "TARGET_STATE_SUSPECT_GONE" })));
  expect(still).toEqual({ reads: 4, writes: 1, signatures: 0, events: 0 });
  const later = await costOf(() => onTarget(counted)(seen(4, { lastSeenTime: at(9) })));
  expect(later).toEqual({ reads: 4, writes: 2, signatures: 0, events: 1 });
});

test("the loop that finishes asks twice when there is nothing to finish, whatever there is", async () => {
  await onCase(counted)(decidedCase(deps, url));
  const idle = await costOf(() => finishAll(counted, new AbortController().signal));
  expect(idle).toEqual({ reads: 2, writes: 0, signatures: 0, events: 0 });
});
