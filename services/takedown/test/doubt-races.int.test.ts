import { randomUUID } from "node:crypto";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import type { Caller, CallContext } from "@ntd/rpc";
import type { MovableClock } from "@ntd/service";
import { change } from "@ntd/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { halt } from "../src/brake/rpc-halt-dispatch.ts";
import type { Deps } from "../src/deps.ts";
import { finishAll } from "../src/dispatches/every-second-finish.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { onTarget } from "../src/dispatches/on-target.ts";
import { acknowledge } from "../src/answers/answer.ts";
import { stateOf, type Notice } from "../src/notices/notice.ts";
import { changeOf } from "../src/notices/publish.ts";
import { reject } from "../src/answers/rejection.ts";
import { resolveRejection } from "../src/answers/rpc-resolve-rejection.ts";
import { taken } from "../src/answers/taken.ts";
import { lapseSuspensions } from "../src/stream/every-second-lapse.ts";
import { offerStored } from "../src/stream/offer.ts";
import { payloadOf } from "./bed.ts";
import { aClient, aDecision, aDoubt, aMachineDecision, aTarget, at } from "./examples.ts";
import { addProvider, decidedCase, eventOfData, failing, meeting, openTestDeps, watchedCollection } from "./deps.ts";

// A doubt, its end or a withdrawal meets an offer in hand, each at the worst moment: after the offer has read what could
// stop it and before it saves. And all of it is cut off at each write.

const url = "https://pictures.alpha.example/1";
const operator: Caller = { kind: "operator", name: "o", id: "spiffe://ntd.test/operator/o", person: "operator/o" };
const byOne = { ...aDecision("decision-2", "VERDICT_NOT_ILLEGAL"), withdrawsDecisionId: "decision-1" };
const byTwo = { ...byOne, confirmedBy: "assessor/bo" };
const doubt = aDoubt("decision-1");
const calledByOperator = { metadata: { get: () => operator.id } } as unknown as CallContext;
const stop = new AbortController().signal;

let deps: Awaited<ReturnType<typeof openTestDeps>>;
const open = async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
};
beforeEach(open);
afterEach(() => deps[Symbol.asyncDispose]());

const tell = (version: number, decided: Partial<Case> = {}, on: Deps = deps) =>
  onCase(on)(decidedCase(deps, url, version, decided));
const another = (version: number, decided: Partial<Case> = {}, on: Deps = deps) => {
  const ids = { caseId: "case-2", episode: 2, decision: aDecision("decision-9") };
  return onCase(on)(eventOfData("case-2", version, decidedCase(deps, url, 1, { ...ids, ...decided }).data));
};
const notices = async (caseId = "case-1"): Promise<Notice[]> =>
  (await deps.notices.find({ where: { caseId }, orderBy: "issuedTime", limit: 9 })).map((d) => d.state);
const notice = async (): Promise<Notice> => {
  const [found] = await notices();
  if (found === undefined) throw new Error("there is no notice");
  return found;
};
const hand = async (on: Deps = deps): Promise<SignedNotice | undefined> => {
  const found = await on.notices.load((await notice()).noticeId);
  return found && (await offerStored(on, found, aClient().understands));
};
const said = (sent: SignedNotice | undefined) => sent && `${payloadOf(sent).requestedAction} ${sent.revision}`;
const take = async (revision: number) => {
  const now = deps.clock.now();
  await change(deps.notices, (await notice()).noticeId, (state) => {
    return state && changeOf(state, taken(acknowledge(state, revision, now)), now);
  });
};

describe("an offer in hand", () => {
  beforeEach(() => tell(1));

  test("of a first revision does not leave once its decision is in doubt", async () => {
    expect(await hand(meeting(deps, "switches", () => tell(2, { doubt })))).toBeUndefined();
    expect(await notice()).toMatchObject({ suspended: true });
    expect((await notice()).offeredTime).toBeUndefined();
  });

  test("of what was sent before is not repeated once its decision is in doubt: it tells to wait", async () => {
    expect(said(await hand())).toBe("ACTION_REMOVE 1");
    const before = await deps.notices.load((await notice()).noticeId);
    await tell(2, { doubt });
    // Who had loaded it before reads of the doubt all the same.
    expect(said(before && (await offerStored(deps, before, aClient().understands)))).toBe("ACTION_SUSPEND 2");
  });

  test("that tells to wait does not leave once the doubt is over", async () => {
    await hand();
    await tell(2, { doubt });
    expect(said(await hand(meeting(deps, "switches", () => tell(3))))).toBe("ACTION_REMOVE 1");
    expect((await notice()).suspensions).toMatchObject([
      { revision: 0, ended: { ending: "SUSPENSION_END_REINSTATED" } },
    ]);
  });

  test("that tells to wait asks to restore once that is confirmed", async () => {
    await hand();
    await tell(2, { doubt });
    const confirmed = () => tell(3, { decision: byTwo });
    expect(said(await hand(meeting(deps, "switches", confirmed)))).toBe("ACTION_RESTORE 2");
  });

  test("that asks to restore does not leave once somebody else asks for removal there", async () => {
    await hand();
    await tell(2, { decision: byTwo });
    expect(await hand(meeting(deps, "switches", () => another(1)))).toBeUndefined();
    expect((await notice()).withdrawn?.withheld).toBe(true);
  });

  test("of what is reinstated does not leave once a halt has answered", async () => {
    await hand();
    await tell(2, { doubt });
    await hand();
    await tell(3);
    const halted = () => halt(deps, operator, { requestId: randomUUID(), reason: "drill" });
    expect(await hand(meeting(deps, "switches", halted))).toBeUndefined();
    await tell(4, { doubt: { ...doubt, sinceTime: at(99) } });
    await tell(5, { decision: byTwo });
    expect(said(await hand())).toBe("ACTION_RESTORE 3");
  });

  test("at two streams makes one revision, and both hand out the same bytes", async () => {
    await hand();
    await tell(2, { doubt });
    const both = await Promise.all([hand(), hand()]);
    expect(both.map(said)).toEqual(["ACTION_SUSPEND 2", "ACTION_SUSPEND 2"]);
    expect(both[0]?.signature).toBe(both[1]?.signature);
  });
});

describe("two cases about one address", () => {
  test("that are withdrawn at once: one of them at least is asked to restore", async () => {
    await tell(1);
    await another(1);
    await hand();
    const [second] = await deps.notices.find({ where: { caseId: "case-2" }, orderBy: "issuedTime", limit: 1 });
    if (second !== undefined) await offerStored(deps, second, aClient().understands);
    const otherwise = { ...byTwo, decisionId: "decision-10", withdrawsDecisionId: "decision-9" };
    let met = false;
    // The first has written what it knows of its case, and not come to its notice, when the second runs whole.
    const before = async () => {
      if (met) return;
      met = true;
      await another(2, { decision: otherwise });
    };
    await tell(2, { decision: byTwo }, { ...deps, notices: watchedCollection(deps.notices as never, { before }) });
    const ends = [...(await notices()), ...(await notices("case-2"))];
    expect(ends.map((n) => [stateOf(n), n.withdrawn?.withheld])).toEqual([
      ["NOTICE_STATE_WITHDRAWN", undefined],
      ["NOTICE_STATE_WITHDRAWN", undefined],
    ]);
  });

  test("of which the second was never sent: the first is asked to restore once that fell too", async () => {
    await tell(1);
    await hand();
    await another(1);
    await tell(2, { decision: byTwo });
    expect((await notice()).withdrawn?.withheld).toBe(true);
    const otherwise = { ...byOne, decisionId: "decision-10", withdrawsDecisionId: "decision-9" };
    await another(2, { decision: { ...otherwise, confirmedBy: "assessor/bo" } });
    expect((await notices("case-2")).map(stateOf)).toEqual(["NOTICE_STATE_CLOSED"]);
    expect((await notice()).withdrawn?.withheld).toBeUndefined();
    expect(said(await hand())).toBe("ACTION_RESTORE 2");
  });

  test("of which the second was gone before it was sent: it is still in force, and nobody is asked to restore", async () => {
    await tell(1);
    await hand();
    await another(1, { decision: aMachineDecision("decision-9") });
    const gone = {
      episode: 2,
      state: "TARGET_STATE_GONE",
      goneTime: at(60),
      goneStrength: "GONE_STRENGTH_ABSENT",
    } as const;
    await onTarget(deps)(eventOfData("target-1", 2, aTarget(gone)));
    expect((await notices("case-2")).map((n) => [stateOf(n), n.offeredTime])).toEqual([
      ["NOTICE_STATE_CLOSED", undefined],
    ]);
    await tell(2, { decision: byTwo });
    expect([(await notice()).withdrawn?.withheld, await hand()]).toEqual([true, undefined]);
  });

  test("of which the second is not taken, and an operator accepts that: the first is asked to restore then", async () => {
    await tell(1);
    await hand();
    await another(1);
    const [second] = await deps.notices.find({ where: { caseId: "case-2" }, orderBy: "issuedTime", limit: 1 });
    if (second === undefined) throw new Error("there is no second notice");
    await offerStored(deps, second, aClient().understands);
    await tell(2, { decision: byTwo });
    const why = { revision: 1, reason: "REJECTION_REASON_NOT_OURS", detail: "" } as const;
    await change(
      deps.notices,
      second.id,
      (state) => state && changeOf(state, taken(reject(state, why, at(70))), at(70)),
    );
    const resolution = "REJECTION_RESOLUTION_ACCEPTED" as const;
    const request = { requestId: randomUUID(), noticeId: second.id, resolution, reason: "it is another's" };
    expect((await notice()).withdrawn?.withheld).toBe(true);
    await resolveRejection(deps)(request, calledByOperator);
    expect((await notice()).withdrawn?.withheld).toBeUndefined();
    expect(said(await hand())).toBe("ACTION_RESTORE 2");
  });
});

test("who decides illegal after one person's other word reinstates what was sent, and has what was not made anew", async () => {
  await addProvider(deps, "beta", "alpha.example");
  await tell(1);
  const [sent, unsent] = (await notices()).toSorted((a, b) => (a.providerId < b.providerId ? -1 : 1));
  const found = await deps.notices.load(sent?.noticeId ?? "");
  if (found !== undefined) await offerStored(deps, found, aClient().understands);
  await tell(2, { decision: byOne, doubt });
  await tell(3, { decision: aDecision("decision-3") });
  const ends = (await notices()).map((n) => [n.providerId, n.decisionId, stateOf(n)].join(" "));
  expect(ends.toSorted()).toEqual([
    `${sent?.providerId} decision-1 NOTICE_STATE_ISSUED`,
    `${unsent?.providerId} decision-1 NOTICE_STATE_CLOSED`,
    `${unsent?.providerId} decision-3 NOTICE_STATE_ISSUED`,
  ]);
  const [reinstated] = (await notices()).flatMap((n) => n.suspensions ?? []);
  expect(reinstated?.ended?.ending).toBe("SUSPENSION_END_REINSTATED");
});

test("a suspension that lapses at two replicas lapses once", async () => {
  await tell(1);
  await hand();
  await tell(2, { doubt });
  (deps.clock as MovableClock).advance(deps.config.suspensionMs);
  await Promise.all([lapseSuspensions(deps, stop), lapseSuspensions(deps, stop)]);
  const events = await deps.notices.outbox.read((await notice()).noticeId);
  expect(events.map(({ subject }) => subject.split(".")[2])).toEqual(["issued", "offered", "suspended", "lapsed"]);
});

describe("cut off at any write", () => {
  const story = async (on: Deps) => {
    await tell(1, {}, on);
    await hand(on);
    await take(1);
    await tell(2, { doubt }, on);
    await hand(on);
    await take(2);
    await tell(3, {}, on);
    await hand(on);
    await tell(4, { doubt: { ...doubt, sinceTime: at(99) } }, on);
    await tell(5, { decision: byOne, doubt: { ...doubt, sinceTime: at(99) } }, on);
    await tell(6, { decision: byTwo }, on);
    await hand(on);
  };

  // After one write is before the next.
  test("the events come again and the end is the same", async () => {
    let cuts = 0;
    for (let n = 1; ; n++) {
      await deps[Symbol.asyncDispose]();
      await open();
      const { on, hit } = failing(deps, n, "after");
      await story(on).catch(() => undefined);
      if (!hit()) break;
      cuts++;
      await story(deps);
      await finishAll(deps, stop);
      const end = await notice();
      expect([stateOf(end), end.revisions?.at(-1)?.action], `write ${n}`).toEqual([
        "NOTICE_STATE_WITHDRAWN",
        "ACTION_RESTORE",
      ]);
      const { suspensions = [], revisions = [] } = end;
      expect(suspensions.map((s) => s.ended?.ending).at(-1), `write ${n}`).toBe("SUSPENSION_END_WITHDRAWN");
      expect(
        revisions.map((r) => r.revision),
        `write ${n}`,
      ).toEqual(revisions.map((_, i) => i + 2));
      expect((await deps.notices.count({ unsettled: true })).count).toBe(0);
    }
    expect(cuts).toBeGreaterThan(14);
  });
});
