import { randomUUID } from "node:crypto";
import type { Caller } from "@ntd/rpc";
import { Problem, type MovableClock } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setBrake } from "../src/brake/brake.ts";
import { halt } from "../src/brake/rpc-halt-dispatch.ts";
import type { Deps } from "../src/deps.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { onTarget } from "../src/dispatches/on-target.ts";
import { waitsForSighting, type Notice } from "../src/notices/notice.ts";
import { nextBatch } from "../src/stream/batch.ts";
import { askForLooks } from "../src/stream/every-minute-ask.ts";
import { hear } from "../src/stream/hear.ts";
import { offerStored } from "../src/stream/offer.ts";
import { addProvider, decidedCase, eventOfData, openTestDeps, watchedCollection } from "./deps.ts";
import { aDecision, aMachineDecision, aTarget, at, aClient } from "./examples.ts";

// What a machine decided leaves on a fresh sighting alone. Streams on a real store, without bus and gRPC.

const url = (n: number) => `https://pictures.alpha.example/${n}`;
const operator: Caller = { kind: "operator", name: "o", id: "spiffe://ntd.test/operator/o", person: "operator/o" };
const noStop = () => new AbortController().signal;

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let clock: MovableClock;
beforeEach(async () => {
  deps = await openTestDeps();
  clock = deps.clock as MovableClock;
  await addProvider(deps, "alpha", "alpha.example");
  await deps.directory.refresh();
});
afterEach(() => deps[Symbol.asyncDispose]());

async function see(n: number, version: number, change: Parameters<typeof aTarget>[0] = {}, on: Deps = deps) {
  const target = aTarget({ targetId: `target-${n}`, lastSeenTime: clock.now(), ...change });
  await onTarget(on)(eventOfData(target.targetId, version, target));
}

async function decide(n: number, decision = aMachineDecision(`decision-${n}`)): Promise<string> {
  const ids = { caseId: `case-${n}`, targetId: `target-${n}` };
  await onCase(deps)(eventOfData(ids.caseId, 1, decidedCase(deps, url(n), 1, { ...ids, decision }).data));
  const [found] = await deps.notices.find({ where: { target: `target-${n}:1` }, limit: 1 });
  return found?.id ?? "";
}

async function notice(id: string): Promise<Notice> {
  const found = await deps.notices.load(id);
  if (found === undefined) throw new Error("no such notice");
  return found.state;
}

async function offered(id: string, on: Deps = deps): Promise<boolean> {
  const found = await deps.notices.load(id);
  return found !== undefined && (await offerStored(on, found, aClient().understands)) !== undefined;
}

async function verbs(id: string): Promise<(string | undefined)[]> {
  const events = await deps.notices.outbox.read(id);
  return events.map((event) => event.subject.split(".")[2]);
}

test("seen lately it leaves at once, without a word to the prober", async () => {
  await see(1, 1);
  const id = await decide(1);
  clock.advance(1_800_000);
  expect(await offered(id)).toBe(true);
  expect(await verbs(id)).toEqual(["issued", "offered"]);
});

test("not seen lately it asks for a look, and the sighting rings its provider's streams", async () => {
  using bell = deps.bells.open();
  bell.listenTo(["alpha"]);
  await see(1, 1);
  const id = await decide(1);
  clock.advance(1_800_001);
  expect(await nextBatch(deps, bell, aClient(32))).toEqual([]);
  expect((await notice(id)).askedLook?.askedTime).toEqual(clock.now());
  bell.fresh.clear();
  clock.advance(1000);
  await see(1, 2);
  expect([...bell.fresh]).toEqual(["alpha"]);
  expect((await nextBatch(deps, bell, aClient(32))).map((n) => n.noticeId)).toEqual([id]);
  expect(await verbs(id)).toEqual(["issued", "look_asked", "observed", "offered"]);
});

test("what a machine decided on something that was taken back does not leave while a person looks at it again", async () => {
  using bell = deps.bells.open();
  bell.listenTo(["alpha"]);
  const sent = async () => (await nextBatch(deps, bell, aClient(32))).map(({ noticeId }) => noticeId);
  const queued = { state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_BASIS_REVOKED" } as const;
  const told = async (n: number, version: number, change: Parameters<typeof decidedCase>[3]) => {
    const ids = { caseId: `case-${n}`, targetId: `target-${n}` };
    await onCase(deps)(
      eventOfData(ids.caseId, version, decidedCase(deps, url(n), version, { ...ids, ...change }).data),
    );
  };
  const notices: string[] = [];
  for (const n of [1, 2, 3]) {
    await see(n, 1);
    notices.push(await decide(n));
    await told(n, 2, { ...queued, decision: aMachineDecision(`decision-${n}`) });
  }
  bell.ring();
  expect(await sent()).toEqual([]);
  for (const id of notices) expect(await offered(id)).toBe(false);
  // A person says the same, or otherwise; of the third nobody has said anything yet.
  await told(1, 3, { decision: aDecision("decision-1b") });
  await told(2, 3, { decision: aDecision("decision-2b", "VERDICT_NOT_ILLEGAL") });
  expect(await sent()).toEqual([notices[0]]);
  const states = await Promise.all(notices.map(notice));
  expect(states.map(({ offeredTime, closedTime }) => [offeredTime !== undefined, closedTime !== undefined])).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ]);
});

test("streams of another replica hear of the sighting, and not of the question", () => {
  using bell = deps.bells.open();
  bell.listenTo(["alpha"]);
  const heard = (verb: string) => {
    bell.fresh.clear();
    const data = { providerId: "alpha", noticeId: "n", state: "NOTICE_STATE_ISSUED", offeredTime: undefined };
    hear(deps.bells, { data: data as never, verb });
    return bell.fresh.size;
  };
  expect([heard("look_asked"), heard("observed")]).toEqual([0, 1]);
});

test("what waits for a sighting holds up nobody", async () => {
  using bell = deps.bells.open();
  bell.listenTo(["alpha"]);
  for (let n = 1; n <= 40; n++) await decide(n);
  await see(41, 1);
  const seen = await decide(41);
  const person = await decide(42, aDecision("decision-42"));
  const sent: string[] = [];
  for (
    let batch = await nextBatch(deps, bell, aClient(32));
    batch.length > 0;
    batch = await nextBatch(deps, bell, aClient(32))
  )
    sent.push(...batch.map((n) => n.noticeId));
  expect(sent.toSorted()).toEqual([seen, person].toSorted());
  expect((await deps.notices.count({ askAgain: { gte: at(0) } })).count).toBe(40);
});

test("after hours of halt it looks first; nothing is asked while dispatch is halted", async () => {
  await see(1, 1);
  await halt(deps, operator, { requestId: randomUUID(), reason: "drill" });
  const id = await decide(1);
  clock.advance(4 * 3_600_000);
  expect(await offered(id)).toBe(false);
  expect((await notice(id)).askedLook).toBeUndefined();
  await setBrake(deps, operator, { requestId: randomUUID(), body: new Uint8Array(), halted: false });
  expect(await offered(id)).toBe(false);
  expect(waitsForSighting(await notice(id))).toBe(true);
  await see(1, 2);
  expect(await offered(id)).toBe(true);
});

test("what was sent is sent again after a reconnect, however old the sighting", async () => {
  await see(1, 1);
  const id = await decide(1);
  expect(await offered(id)).toBe(true);
  clock.advance(86_400_000);
  using bell = deps.bells.open();
  bell.listenTo(["alpha"]);
  expect((await nextBatch(deps, bell, aClient(32))).map((n) => n.noticeId)).toEqual([id]);
  expect(await verbs(id)).toEqual(["issued", "offered"]);
});

test("other content at the address is no sighting of what was decided on", async () => {
  const content = (fill: number) => ({
    recipe: "exact-1",
    fingerprints: [{ algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32).fill(fill), quality: 0 }],
    pdqForms: [],
    renditions: [],
    degraded: false,
    tooLittleDetail: false,
    format: "png",
    revision: fill,
  });
  await see(1, 1, { content: content(1) });
  const { fingerprints } = content(1);
  const data = decidedCase(deps, url(1), 1, { fingerprints, targetId: "target-1", decision: aMachineDecision("d") });
  await onCase(deps)(data);
  await see(1, 2, { content: content(2) });
  const [found] = await deps.notices.find({ limit: 1 });
  expect(await offered(found?.id ?? "")).toBe(false);
  await see(1, 3, { content: content(1) });
  expect(await offered(found?.id ?? "")).toBe(true);
});

describe("while nothing can be seen", () => {
  test("it is asked for again when that is due, by an index, and one that fails keeps no other from its turn", async () => {
    const ids = [await decide(1), await decide(2)];
    for (const id of ids) expect(await offered(id)).toBe(false);
    await see(1, 1, { state: "TARGET_STATE_UNSEEN", lastSeenTime: undefined, reason: "PROBE_REASON_CHALLENGE" });
    expect((await notice(ids[0] ?? "")).targets[0]?.told).toEqual({
      state: "TARGET_STATE_UNSEEN",
      reason: "PROBE_REASON_CHALLENGE",
    });
    clock.advance(1_799_999);
    await askForLooks(deps, noStop());
    expect(await Promise.all(ids.map(async (id) => (await notice(id)).askedLook?.asks))).toEqual([1, 1]);
    clock.advance(1);
    const bad = ids.toSorted()[0];
    const save: typeof deps.notices.save = (found, ...rest) =>
      found.id === bad ? Promise.reject(new Problem("STREAM_FULL")) : deps.notices.save(found, ...rest);
    const run = askForLooks({ ...deps, notices: { ...deps.notices, save } }, noStop());
    await expect(run).rejects.toMatchObject({ reason: "STREAM_FULL" });
    await askForLooks(deps, noStop());
    await askForLooks(deps, noStop());
    expect(await Promise.all(ids.map(async (id) => (await notice(id)).askedLook?.asks))).toEqual([2, 2]);
  });

  test("it ends when the target is gone, or its decision falls, and is asked for no more", async () => {
    const ids = [await decide(1), await decide(2)];
    for (const id of ids) expect(await offered(id)).toBe(false);
    await see(1, 1, { state: "TARGET_STATE_GONE", goneTime: at(1), reason: "PROBE_REASON_OTHER_CONTENT" });
    const not = { targetId: "target-2", decision: aDecision("decision-3", "VERDICT_NOT_ILLEGAL") };
    await onCase(deps)(eventOfData("case-2", 2, decidedCase(deps, url(2), 2, { caseId: "case-2", ...not }).data));
    const ends = await Promise.all(ids.map(notice));
    expect(ends.map((n) => [n.closedTime, n.offeredTime, n.targets[0]?.goneBeforeOffer])).toEqual([
      [at(0), undefined, false],
      [at(0), undefined, false],
    ]);
    expect((await deps.notices.count({ askAgain: { gte: at(0) } })).count).toBe(0);
  });
});

describe("a sighting meets an offer that has read the old one", () => {
  test("whichever comes first, it leaves", async () => {
    await see(1, 1);
    const id = await decide(1);
    clock.advance(7_200_000);
    let met = false;
    const after = async (method: string) => {
      if (method !== "load" || met) return;
      met = true;
      await see(1, 2);
    };
    const targets = watchedCollection(deps.targets as never, { after });
    expect(await offered(id, { ...deps, targets } as Deps)).toBe(true);
    expect(await verbs(id)).toEqual(["issued", "observed", "offered"]);
  });

  test("a handler that is cut off between its two writes is finished by the same event again", async () => {
    const id = await decide(1);
    expect(await offered(id)).toBe(false);
    const killed = () => Promise.reject(new Error("killed"));
    const cut = { ...deps, notices: { ...deps.notices, save: killed } } as Deps;
    await expect(see(1, 1, {}, cut)).rejects.toThrow("killed");
    expect(waitsForSighting(await notice(id))).toBe(true);
    await see(1, 1);
    expect(await offered(id)).toBe(true);
  });
});
