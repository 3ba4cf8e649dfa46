import type { Case } from "@ntd/proto/casework/v1/case";
import { Notice as Published } from "@ntd/proto/takedown/v1/notice";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { sealer, verifyBytes, type MovableClock } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seenCase } from "../src/dispatches/case-view.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { onTarget } from "../src/dispatches/on-target.ts";
import { acknowledge } from "../src/answers/answer.ts";
import { stateOf, type Notice } from "../src/notices/notice.ts";
import { changeOf } from "../src/notices/publish.ts";
import { taken } from "../src/answers/taken.ts";
import { nextBatch, recheck } from "../src/stream/batch.ts";
import { SWITCH } from "../src/store.ts";
import { Bells, type Bell } from "../src/stream/bells.ts";
import { clientOf } from "../src/stream/client.ts";
import { offerStored } from "../src/stream/offer.ts";
import { lapseSuspensions } from "../src/stream/every-second-lapse.ts";
import { retryUndeliverable } from "../src/stream/every-second-look.ts";
import { hear } from "../src/stream/hear.ts";
import { change } from "@ntd/store";
import { aClient, aDecision, aDoubt, aTarget, at } from "./examples.ts";
import { payloadOf } from "./bed.ts";
import { addProvider, decidedCase, eventOfData, openTestDeps } from "./deps.ts";

// What a case says after its notice was sent, as a stream hears of it.

const url = "https://pictures.alpha.example/1";
const byOne = { ...aDecision("decision-2", "VERDICT_NOT_ILLEGAL"), withdrawsDecisionId: "decision-1" };
const byTwo = { ...byOne, confirmedBy: "assessor/bo" };
const doubt = aDoubt("decision-1");
const old = clientOf({ maxInFlight: 0, understands: [] });

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let bell: Bell;
beforeEach(async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
  bell = deps.bells.open();
  bell.listenTo(["alpha"]);
});
afterEach(() => {
  bell[Symbol.dispose]();
  return deps[Symbol.asyncDispose]();
});

let version = 0;
const tell = (decided: Partial<Case> = {}, on = deps) => onCase(on)(decidedCase(deps, url, ++version, decided));
const said = (sent: readonly SignedNotice[]) => sent.map((n) => `${payloadOf(n).requestedAction} ${n.revision}`);
const next = async (client = aClient()) => said(await nextBatch(deps, bell, client));
const notice = async (): Promise<Notice> => {
  const [found] = await deps.notices.find({ where: { caseId: "case-1" }, orderBy: "issuedTime", limit: 9 });
  if (found === undefined) throw new Error("there is no notice");
  return found.state;
};
const acknowledged = async (revision: number) => {
  const { noticeId } = await notice();
  await change(deps.notices, noticeId, (state) => {
    return state && changeOf(state, taken(acknowledge(state, revision, deps.clock.now())), deps.clock.now());
  });
  deps.bells.over("alpha", noticeId, revision);
};
const verbs = async () => {
  const [id = ""] = await deps.notices.outbox.pending(1);
  return (await deps.notices.outbox.read(id)).map(({ subject }) => subject.split(".")[2]);
};

describe("a decision that comes into doubt after its notice was sent", () => {
  beforeEach(async () => {
    await tell();
    expect(await next()).toEqual(["ACTION_REMOVE 1"]);
    await acknowledged(1);
  });

  test("is told to wait, signed anew, and then the same again; each until it is acknowledged", async () => {
    await tell({ doubt });
    const [wait] = await nextBatch(deps, bell, aClient());
    if (wait === undefined) throw new Error("nobody was told");
    expect(said([wait])).toEqual(["ACTION_SUSPEND 2"]);
    expect(await verifyBytes(wait.payload, wait.signature, deps.keySet(), "ntd-notice+jws")).toEqual({ kid: "test-1" });
    expect(payloadOf(wait)).toMatchObject({ revision: 2, addressee: "providers/alpha", targets: [{ url }] });
    expect(await next()).toEqual([]);
    // Another connection, or the same after a reconnect, is told until it is taken.
    using later = deps.bells.open();
    later.listenTo(["alpha"]);
    expect(said(await nextBatch(deps, later, aClient()))).toEqual(["ACTION_SUSPEND 2"]);
    await acknowledged(2);
    using last = deps.bells.open();
    last.listenTo(["alpha"]);
    expect(await nextBatch(deps, last, aClient())).toEqual([]);
    await tell();
    expect(await next()).toEqual(["ACTION_REMOVE 3"]);
    await acknowledged(3);
    expect((await notice()).acknowledgements.map((a) => a.revision)).toEqual([1, 2, 3]);
    expect(await verbs()).toEqual([
      "issued",
      "offered",
      "acknowledged",
      "suspended",
      "offered",
      "acknowledged",
      "reinstated",
      "offered",
      "acknowledged",
    ]);
  });

  test("is told to an old client not at all, and an operator sees that", async () => {
    await tell({ doubt });
    expect(await next(old)).toEqual([]);
    expect((await notice()).suspensions).toMatchObject([{ revision: 0, clientTooOld: true }]);
    await tell({ decision: byTwo });
    expect(await next(old)).toEqual(["ACTION_RESTORE 2"]);
  });

  test("lapses when nobody confirms it, once", async () => {
    await tell({ doubt });
    expect(await next()).toEqual(["ACTION_SUSPEND 2"]);
    await acknowledged(2);
    const stop = new AbortController().signal;
    await lapseSuspensions(deps, stop);
    expect(stateOf(await notice())).toBe("NOTICE_STATE_SUSPENDED");
    (deps.clock as MovableClock).advance(deps.config.suspensionMs);
    await lapseSuspensions(deps, stop);
    expect(await next()).toEqual(["ACTION_REMOVE 3"]);
    await tell({ decision: byOne, doubt: { ...doubt, cause: "DOUBT_CAUSE_DECIDED_OTHERWISE" } });
    expect(await next()).toEqual([]);
    await tell({ decision: byTwo });
    expect(await next()).toEqual(["ACTION_RESTORE 4"]);
  });

  test("is told to wait and to restore while dispatch is halted; what is reinstated waits", async () => {
    await deps.switches.insert(SWITCH, { schemaVersion: 1, halted: true, uses: [], requests: [] });
    await tell({ doubt });
    expect(await next()).toEqual(["ACTION_SUSPEND 2"]);
    await acknowledged(2);
    await tell();
    expect(await next()).toEqual([]);
    await tell({ decision: byTwo });
    expect(await next()).toEqual(["ACTION_RESTORE 3"]);
  });

  test("and was told to one client is not handed to an old one that comes to it", async () => {
    await tell({ doubt });
    expect(await next()).toEqual(["ACTION_SUSPEND 2"]);
    const found = await deps.notices.load((await notice()).noticeId);
    expect(found && (await offerStored(deps, found, old.understands))).toBeUndefined();
    expect(found && (await offerStored(deps, found, aClient().understands))?.revision).toBe(2);
  });

  test("is reinstated, not lapsed, where the doubt has ended and nobody has told the notice", async () => {
    await tell({ doubt });
    await change(deps.cases, "case-1", (view) => {
      const state = seenCase(view, decidedCase(deps, url, ++version, {}), () => "dispatch-1");
      return state && { state };
    });
    (deps.clock as MovableClock).advance(deps.config.suspensionMs);
    await lapseSuspensions(deps, new AbortController().signal);
    expect((await notice()).suspensions).toMatchObject([{ ended: { ending: "SUSPENSION_END_REINSTATED" } }]);
  });

  test("and is withdrawn is to be restored, and is so when it was seen there again", async () => {
    await onTarget(deps)(eventOfData("target-1", 2, aTarget({ state: "TARGET_STATE_GONE", goneTime: at(60) })));
    expect(stateOf(await notice())).toBe("NOTICE_STATE_CLOSED");
    await tell({ doubt });
    expect([await next(), stateOf(await notice())]).toEqual([[], "NOTICE_STATE_CLOSED"]);
    await tell({ decision: byTwo });
    expect(await next()).toEqual(["ACTION_RESTORE 2"]);
    await acknowledged(2);
    expect(stateOf(await notice())).toBe("NOTICE_STATE_WITHDRAWN");
    await onTarget(deps)(eventOfData("target-1", 3, aTarget({ restoredTime: at(90) })));
    expect([stateOf(await notice()), (await notice()).restoredTime]).toEqual(["NOTICE_STATE_RESTORED", at(90)]);
  });

  test("stays asked for while somebody else asks for removal there, and is restored when nobody does", async () => {
    const another = (number: number, change: Partial<Case> = {}) => {
      const ids = { caseId: "case-2", episode: 2, decision: aDecision("decision-9") };
      return onCase(deps)(eventOfData("case-2", number, decidedCase(deps, url, 1, { ...ids, ...change }).data));
    };
    await another(1);
    await tell({ decision: byTwo });
    expect((await notice()).withdrawn).toMatchObject({ decisionId: "decision-2", withheld: true });
    // The other one is sent in its turn; nobody is asked to restore meanwhile.
    expect(await next()).toEqual(["ACTION_REMOVE 1"]);
    const otherwise = { ...byTwo, decisionId: "decision-10", withdrawsDecisionId: "decision-9" };
    await another(2, { doubt: aDoubt("decision-9") });
    expect(await next()).toEqual(["ACTION_SUSPEND 2"]);
    // One person's word is not enough: it may yet stand.
    await another(3, { decision: { ...otherwise, confirmedBy: "" }, doubt: aDoubt("decision-9") });
    expect([await next(), (await notice()).withdrawn?.withheld]).toEqual([[], true]);
    await another(4, { decision: otherwise });
    expect((await next()).toSorted()).toEqual(["ACTION_RESTORE 2", "ACTION_RESTORE 3"]);
  });

  test("is not restored when somebody asks for removal before that leaves", async () => {
    await tell({ decision: byTwo });
    const ids = { caseId: "case-2", episode: 2, decision: aDecision("decision-9") };
    await onCase(deps)(eventOfData("case-2", 1, decidedCase(deps, url, 1, { ...ids }).data));
    expect(await next()).toEqual(["ACTION_REMOVE 1"]);
    expect((await notice()).withdrawn?.withheld).toBe(true);
  });

  test("told again changes nothing and says nothing", async () => {
    await tell({ doubt });
    const before = await verbs();
    await onCase(deps)(decidedCase(deps, url, version, { doubt }));
    await onCase(deps)(decidedCase(deps, url, version - 1));
    expect([await verbs(), (await notice()).suspensions?.length]).toEqual([before, 1]);
  });

  test("cannot be told while its key is not there, waits all the same, and is told once the key is back", async () => {
    const away = { ...deps, sealer: sealer(new Map([["2021-01", new Uint8Array(32).fill(1)]])) };
    await tell({ doubt });
    expect(await nextBatch(away, bell, aClient())).toEqual([]);
    expect(await notice()).toMatchObject({ revision: 1, undeliverable: { reason: "SEALING_KEY_MISSING" } });
    expect([stateOf(await notice()), await next()]).toEqual(["NOTICE_STATE_SUSPENDED", []]);
    (deps.clock as MovableClock).advance(1000);
    await retryUndeliverable(away, new AbortController().signal);
    expect((await notice()).undeliverable).toMatchObject({ tries: 2 });
    (deps.clock as MovableClock).advance(2000);
    await retryUndeliverable(deps, new AbortController().signal);
    expect(await next()).toEqual(["ACTION_SUSPEND 2"]);
  });

  test("is heard of by another replica's stream, which tells it too, until it is taken", async () => {
    const bells = new Bells();
    const there = { ...deps, bells };
    using other = bells.open();
    other.listenTo(["alpha"]);
    const hearAll = async () => {
      const { noticeId } = await notice();
      for (const { subject, data } of await deps.notices.outbox.read(noticeId)) {
        hear(bells, { data: Published.decode(data), verb: subject.split(".")[2] ?? "" });
      }
    };
    expect(await nextBatch(there, other, aClient())).toEqual([]);
    await tell({ doubt });
    await hearAll();
    expect(said(await nextBatch(there, other, aClient()))).toEqual(["ACTION_SUSPEND 2"]);
    await acknowledged(2);
    expect(other.inWindow).toBe(1);
    await hearAll();
    expect(other.inWindow).toBe(0);
    await tell();
    await hearAll();
    expect(said(await nextBatch(there, other, aClient()))).toEqual(["ACTION_REMOVE 3"]);
    expect(await next()).toEqual(["ACTION_REMOVE 3"]);
  });

  test("is found out each minute by a stream that nobody told", async () => {
    await tell({ doubt }, { ...deps, bells: new Bells() });
    expect(await next()).toEqual([]);
    await recheck(deps, bell);
    expect(await next()).toEqual(["ACTION_SUSPEND 2"]);
    await tell({ decision: byTwo }, { ...deps, bells: new Bells() });
    await recheck(deps, bell);
    expect(bell.inWindow).toBe(0);
    expect(await next()).toEqual(["ACTION_RESTORE 3"]);
  });

  test("waits for a provider whose identity was taken away, and is told once another speaks for it", async () => {
    bell.listenTo([]);
    await tell({ doubt });
    expect(await next()).toEqual([]);
    await tell({ decision: byTwo });
    bell.listenTo(["alpha"]);
    expect(await next()).toEqual(["ACTION_RESTORE 2"]);
  });
});
