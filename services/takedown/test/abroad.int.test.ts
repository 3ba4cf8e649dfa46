import { Problem, type MovableClock } from "@ntd/service";
import { change } from "@ntd/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sendRecords } from "../src/abroad/every-second-send-records.ts";
import { takeAnswers } from "../src/abroad/every-second-take-answers.ts";
import { onTarget } from "../src/dispatches/on-target.ts";
import type { Deps } from "../src/deps.ts";
import { stateOf } from "../src/notices/notice.ts";
import { published } from "../src/notices/publish.ts";
import { SWITCH } from "../src/store.ts";
import { eventOfData, failing, openTestDeps } from "./deps.ts";
import { aDecision, aDoubt, aMachineDecision, aTarget } from "./examples.ts";
import { addHotline, decideAbroad, FakeLink, tellCase } from "./link.ts";

let deps: Awaited<ReturnType<typeof openTestDeps>>;
let clock: MovableClock;
let link: FakeLink;
let on: Deps;
beforeEach(async () => {
  deps = await openTestDeps();
  clock = deps.clock as MovableClock;
  link = new FakeLink();
  on = { ...deps, hotlines: link };
  await addHotline(on);
});
afterEach(() => deps[Symbol.asyncDispose]());

const never = new AbortController().signal;
const send = (with_ = on) => sendRecords(with_, never);
const take = (with_ = on) => takeAnswers(with_, never);
const MINUTE = 60_000;

async function stored(noticeId: string) {
  const found = await deps.notices.load(noticeId);
  if (found === undefined) throw new Error("no such notice");
  return found.state;
}

const halt = () => deps.switches.insert(SWITCH, { schemaVersion: 1, halted: true, uses: [], requests: [] });

describe("a record", () => {
  test("leaves once its notice is stamped, and the notice is acknowledged once the link took it", async () => {
    const { noticeId } = await decideAbroad(on);
    link.meanwhile = async () => {
      const notice = await stored(noticeId);
      expect([notice.offeredTime, notice.acknowledgedTime]).toEqual([clock.now(), undefined]);
      clock.advance(5);
    };
    await send();
    await send();
    expect(link.sent).toMatchObject([
      { reference: noticeId, revision: 1, country: "NL", hotline: "hotline-nl", isWithdrawn: false },
    ]);
    expect(link.sent[0]?.url).toBe("https://pictures.other.example/1.png");
    const notice = await stored(noticeId);
    expect(notice.acknowledgedTime).toEqual(clock.now());
    expect(published(notice)).toMatchObject({ route: "ROUTE_HOTLINE", country: "NL" });
    expect(published(notice).preserveFor).toBeUndefined();
  });

  test("of a machine's decision leaves on a fresh sighting alone, and of one that is in doubt, held or halted not", async () => {
    const waits = await decideAbroad(on, 1, { decision: aMachineDecision("decision-1") });
    await send();
    expect((await stored(waits.noticeId)).askedLook).toBeDefined();
    await decideAbroad(on, 2);
    await tellCase(on, 2, 2, { state: "CASE_STATE_QUEUED", decision: undefined, doubt: aDoubt("decision-2") });
    await halt();
    await decideAbroad(on, 3);
    await send();
    expect(link.sent).toEqual([]);
  });

  test("of what was suspended, reinstated and withdrawn is the same one in newer revisions", async () => {
    const { noticeId } = await decideAbroad(on);
    await send();
    const doubt = aDoubt("decision-1");
    await tellCase(on, 1, 2, { state: "CASE_STATE_QUEUED", decision: undefined, doubt });
    await send();
    await tellCase(on, 1, 3);
    await send();
    const withdraws = { withdrawsDecisionId: "decision-1", confirmedBy: "assessor/b" };
    const otherwise = { ...aDecision("decision-9", "VERDICT_NOT_ILLEGAL"), ...withdraws };
    await tellCase(on, 1, 4, { decision: otherwise });
    // Who is to restore is told while dispatch is halted, too.
    await halt();
    await send();
    await send();
    expect(link.sent.map((r) => [r.reference, r.revision, r.isSuspended, r.isWithdrawn])).toEqual([
      [noticeId, 1, false, false],
      [noticeId, 2, true, false],
      [noticeId, 3, false, false],
      [noticeId, 4, false, true],
    ]);
    expect(stateOf(await stored(noticeId))).toBe("NOTICE_STATE_WITHDRAWN");
  });

  test("that waited for a sighting leaves with it", async () => {
    const { noticeId } = await decideAbroad(on, 1, { decision: aMachineDecision("decision-1") });
    await send();
    await onTarget(on)(eventOfData("target-1", 2, aTarget({ lastSeenTime: clock.now() })));
    await send();
    expect([...link.records.keys()]).toEqual([noticeId]);
  });

  test("of a hotline that is retired stays here, but for what takes back an earlier one", async () => {
    const { noticeId } = await decideAbroad(on, 1);
    await send();
    await change(deps.providers, "hotline-nl", (provider) => {
      const changes = [{ by: "operator/o", at: clock.now() }];
      return provider && { state: { ...provider, retired: clock.now(), changes } };
    });
    const late = await decideAbroad(on, 2);
    await deps.directory.refresh();
    const withdraws = { withdrawsDecisionId: "decision-1", confirmedBy: "assessor/b" };
    await tellCase(on, 1, 2, { decision: { ...aDecision("decision-9", "VERDICT_NOT_ILLEGAL"), ...withdraws } });
    await send();
    clock.advance(60 * MINUTE);
    await send();
    expect(link.sent.map((r) => [r.reference, r.isWithdrawn])).toEqual([
      [noticeId, false],
      [noticeId, true],
    ]);
    expect((await stored(late.noticeId)).offeredTime).toBeUndefined();
  });

  test("that is withdrawn before it left never leaves", async () => {
    await decideAbroad(on);
    const otherwise = { ...aDecision("decision-9", "VERDICT_NOT_ILLEGAL"), withdrawsDecisionId: "decision-1" };
    await tellCase(on, 1, 2, { decision: { ...otherwise, confirmedBy: "assessor/b" } });
    await send();
    expect(link.sent).toEqual([]);
  });

  test("that the link refuses is tried again later, and holds up no other", async () => {
    const [bad, good] = [await decideAbroad(on, 1), await decideAbroad(on, 2)];
    link.meanwhile = async ({ reference }) => {
      if (reference === bad.noticeId) throw new Problem("FIELD_INVALID");
    };
    await send();
    expect([...link.records.keys()]).toEqual([good.noticeId]);
    await send();
    link.meanwhile = async () => undefined;
    await send();
    expect([...link.records.keys()]).toEqual([good.noticeId]);
    clock.advance(MINUTE);
    await send();
    expect([...link.records.keys()]).toEqual([good.noticeId, bad.noticeId]);
  });

  test("that says to wait is not kept back by one before it that the link refuses", async () => {
    await decideAbroad(on);
    link.meanwhile = async ({ isSuspended }) => {
      if (!isSuspended) throw new Problem("FIELD_INVALID");
    };
    for (let n = 0; n < 8; n++) {
      await send();
      clock.advance(2 ** n * MINUTE);
    }
    await send();
    const doubt = aDoubt("decision-1");
    await tellCase(on, 1, 2, { state: "CASE_STATE_QUEUED", decision: undefined, doubt });
    await send();
    expect(link.sent.map((r) => [r.revision, r.isSuspended])).toEqual([[2, true]]);
  });

  test("waits with all others while the link does not let us in", async () => {
    const [one, other] = [await decideAbroad(on, 1), await decideAbroad(on, 2)];
    link.meanwhile = () => Promise.reject(new Problem("NOT_ALLOWED"));
    await expect(send()).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    expect((await stored(other.noticeId)).offeredTime).toBeUndefined();
    link.meanwhile = async () => undefined;
    await send();
    expect([...link.records.keys()]).toEqual([one.noticeId, other.noticeId]);
  });

  test("says BASELINE where the decision has a code that all agree on", async () => {
    const countries = { ...on.countries(), baseline: new Map([["ECPAT", new Set(["1"])]]) };
    await decideAbroad(on, 1);
    await send();
    await decideAbroad(on, 2);
    await send({ ...on, countries: () => countries });
    expect(link.sent.map((r) => r.assessment)).toEqual(["RECORD_ASSESSMENT_NATIONAL", "RECORD_ASSESSMENT_BASELINE"]);
  });
});

test("while the link is down for an hour nothing is lost, and then each is one record", async () => {
  link.isDown = true;
  const ids: string[] = [];
  for (let n = 1; n <= 20; n++) {
    ids.push((await decideAbroad(on, n)).noticeId);
    await expect(send()).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
    await expect(take()).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
    clock.advance(3 * MINUTE);
  }
  // One of them is taken back while nobody could be told of it: whether it had come there nobody knows.
  const withdraws = { withdrawsDecisionId: "decision-1", confirmedBy: "assessor/b" };
  await tellCase(on, 1, 2, { decision: { ...aDecision("decision-99", "VERDICT_NOT_ILLEGAL"), ...withdraws } });
  link.isDown = false;
  await send();
  expect([...link.records.keys()].toSorted()).toEqual(ids.toSorted());
  expect(link.sent.length).toBe(ids.length);
  expect(link.records.get(ids[0] ?? "")).toMatchObject({ isWithdrawn: true });
  for (const id of ids.slice(1)) expect(stateOf(await stored(id))).toBe("NOTICE_STATE_ACKNOWLEDGED");
});

test("whatever write a crash cuts off, before or after, the record is sent, and is one", async () => {
  let n = 0;
  for (const when of ["before", "after"] as const) {
    for (let write = 1; ; write++) {
      const { noticeId } = await decideAbroad(on, ++n);
      const cut = failing(on, write, when);
      await send(cut.on).catch(() => undefined);
      if (!cut.hit()) break;
      clock.advance(MINUTE);
      await send();
      expect(link.records.get(noticeId)).toMatchObject({ revision: 1, isWithdrawn: false });
      expect(stateOf(await stored(noticeId)), `${when} write ${write}`).toBe("NOTICE_STATE_ACKNOWLEDGED");
    }
  }
  expect(link.records.size).toBe(n);
  expect(n).toBeGreaterThanOrEqual(8);
});

test("two replicas send a record once", async () => {
  for (let n = 1; n <= 5; n++) await decideAbroad(on, n);
  await Promise.all([send(), send(), send()]);
  expect(link.sent.length).toBe(5);
});

describe("answers", () => {
  test("are taken once each, in order, from the place that was reached", async () => {
    const { noticeId } = await decideAbroad(on);
    await send();
    link.answer(noticeId, "REPORTED_TO_POLICE");
    await take();
    link.answer(noticeId, "CONTENT_REMOVED");
    await take();
    await take();
    const notice = await stored(noticeId);
    expect(notice.targets[0]?.answers.map((a) => [a.hotlineAction, a.outcome])).toEqual([
      ["HOTLINE_ACTION_REPORTED_TO_POLICE", "OUTCOME_UNSPECIFIED"],
      ["HOTLINE_ACTION_CONTENT_REMOVED", "OUTCOME_REMOVED"],
    ]);
    expect(stateOf(notice)).toBe("NOTICE_STATE_ANSWERED");
  });

  test("are taken once, whatever write a crash cuts off", async () => {
    for (const when of ["before", "after"] as const) {
      for (const [n, write] of [1, 2, 3].entries()) {
        const { noticeId } = await decideAbroad(on, write + (when === "before" ? 0 : 10));
        await send();
        link.answer(noticeId, "MOVED");
        await take(failing(on, n + 1, when).on).catch(() => undefined);
        await take();
        expect((await stored(noticeId)).targets[0]?.answers).toHaveLength(1);
        expect((await stored(noticeId)).ledBack).toBe(true);
      }
    }
    // It is hosted somewhere else: a person looks for whose it is.
    const dispatches = await deps.dispatches.find({ orderBy: "unattributedSince", limit: 20 });
    expect(dispatches.filter((d) => d.state.unattributedSince !== undefined)).toHaveLength(6);
  });

  test("that are no notice's are passed over, and those behind them are taken", async () => {
    const { noticeId } = await decideAbroad(on);
    await send();
    link.answer("nobody-knows", "MOVED");
    link.answer(noticeId, "MOVED", "UNSPECIFIED", 7);
    for (let n = 0; n < 300; n++) link.answer("nobody-knows", "MOVED");
    link.answer(noticeId, "NOT_ILLEGAL", "VIRTUAL_MATERIAL");
    await take();
    expect((await stored(noticeId)).targets[0]?.answers).toMatchObject([
      { outcome: "OUTCOME_DISPUTED", hotlineReason: "HOTLINE_REASON_VIRTUAL_MATERIAL" },
    ]);
  });

  test("of a link that never comes to an end are asked for again later, not at once", async () => {
    const { noticeId } = await decideAbroad(on);
    await send();
    link.answer(noticeId, "MOVED");
    await take();
    let asked = 0;
    link.listAnswers = async () => {
      if (++asked > 5) throw new Error("asked without end");
      return { answers: link.answers, isCut: true, stub: true, source: "" };
    };
    await take();
    expect(asked).toBe(1);
  });

  test("with a time that is none are taken without it, and those behind them are taken", async () => {
    const [one, other] = [await decideAbroad(on, 1), await decideAbroad(on, 2)];
    await send();
    link.answer(one.noticeId, "CONTENT_REMOVED");
    link.answer(other.noticeId, "CONTENT_REMOVED");
    for (const answer of link.answers.slice(0, 1)) answer.actedTime = new Date(Number.NaN);
    await take();
    for (const { noticeId } of [one, other]) expect(stateOf(await stored(noticeId))).toBe("NOTICE_STATE_ANSWERED");
    expect((await stored(one.noticeId)).targets[0]?.answers[0]?.measureTime).toBeUndefined();
  });

  test("to what was never sent are nobody's, and it leaves all the same", async () => {
    const { noticeId } = await decideAbroad(on);
    link.answer(noticeId, "CONTENT_REMOVED");
    await take();
    expect((await stored(noticeId)).targets[0]?.answers).toEqual([]);
    await send();
    expect([...link.records.keys()]).toEqual([noticeId]);
  });
});
