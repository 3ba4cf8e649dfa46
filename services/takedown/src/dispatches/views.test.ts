import { describe, expect, test } from "vitest";
import { seenCase, stands, type CaseView } from "./case-view.ts";
import { assign, created, isUnfinished, leadBack, settleDispatch, stuck, unfinishedUntil } from "./dispatch.ts";
import { aCase, aDecision, aDispatch, anAddressee, aTarget, at } from "../../test/examples.ts";
import { seenTarget } from "./target-view.ts";

const dispatchOf = (decisionId: string) => decisionId.replace("decision", "dispatch");
const see = (view: CaseView | undefined, version: number, event = aCase()) =>
  seenCase(view, version, event, dispatchOf) ?? view;
const illegal = see(undefined, 3);

describe("a case", () => {
  test.each(["CASE_STATE_AUTO_DECIDED", "CASE_STATE_DECIDED"] as const)("%s illegal makes one dispatch", (state) => {
    expect(see(undefined, 3, aCase({ state }))?.dispatches).toEqual([
      { dispatchId: "dispatch-1", decisionId: "decision-1", stands: true },
    ]);
  });

  test("without a decision makes none", () => {
    expect(see(undefined, 1, aCase({ state: "CASE_STATE_QUEUED", decision: undefined }))?.dispatches).toEqual([]);
  });

  test("queued again keeps what its decision caused, also when the decision's own event was overtaken", () => {
    const queued = aCase({ state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_NEW_EVIDENCE" });
    expect(stands(see(illegal, 4, queued), "dispatch-1")).toBe(true);
    expect(stands(see(undefined, 4, queued), "dispatch-1")).toBe(true);
  });

  test("whose automatic decision lost its basis makes no new dispatch", () => {
    const revoked = aCase({ state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_BASIS_REVOKED" });
    expect(see(undefined, 4, revoked)?.dispatches).toEqual([]);
    expect(stands(see(illegal, 4, revoked), "dispatch-1")).toBe(true);
  });

  test("decided otherwise by a person lets the dispatch fall for good", () => {
    const not = see(illegal, 4, aCase({ decision: aDecision("decision-2", "VERDICT_NOT_ILLEGAL") }));
    expect(stands(not, "dispatch-1")).toBe(false);
    expect(stands(see(not, 5, aCase()), "dispatch-1")).toBe(false);
  });

  test("decided illegal once more sends nothing twice", () => {
    expect(see(illegal, 4, aCase({ decision: aDecision("decision-2") }))?.dispatches).toEqual(illegal?.dispatches);
  });

  test("decided illegal after all makes a new dispatch", () => {
    const not = see(illegal, 4, aCase({ decision: aDecision("decision-2", "VERDICT_NOT_ILLEGAL") }));
    const again = see(not, 5, aCase({ decision: aDecision("decision-3") }));
    expect([stands(again, "dispatch-1"), stands(again, "dispatch-3")]).toEqual([false, true]);
  });

  test("of an older or equal version says nothing new", () => {
    for (const version of [2, 3]) expect(seenCase(illegal, version, aCase(), dispatchOf)).toBeUndefined();
  });
});

describe("a target", () => {
  test("is gone only when the prober says so", () => {
    const suspect = aTarget({ state: "TARGET_STATE_SUSPECT_GONE", goneTime: at(50) });
    expect(seenTarget(undefined, 1, suspect)?.goneTime).toBeUndefined();
    const gone = aTarget({ state: "TARGET_STATE_GONE", goneTime: at(60) });
    expect(seenTarget(undefined, 1, gone)?.goneTime).toEqual(at(60));
  });

  test("of an older or equal version says nothing new", () => {
    const view = seenTarget(undefined, 2, aTarget());
    for (const version of [1, 2]) expect(seenTarget(view, version, aTarget())).toBeUndefined();
  });
});

describe("a dispatch", () => {
  const addressee = anAddressee;
  const waiting = aDispatch({ unattributedSince: at(1) });

  test("that a person assigns waits no longer and has a notice to make", () => {
    const next = assign(waiting, addressee);
    expect(next).toMatchObject({ addressees: [addressee] });
    expect(next?.unattributedSince).toBeUndefined();
    expect(next && isUnfinished(next)).toBe(true);
    expect(next && isUnfinished(created(next, new Set(["notice-1"])))).toBe(false);
  });

  test("whose notice cannot be made is due again later each time, until it is made", () => {
    const begun = aDispatch({ addressees: [addressee], decidedTime: at(0) });
    expect(unfinishedUntil(begun)).toEqual(at(0));
    const once = stuck(begun, "SEALING_KEY_MISSING", at(10));
    const twice = stuck(once, "SEALING_KEY_MISSING", at(11));
    expect([once, twice].map(unfinishedUntil)).toEqual([at(11), at(13)]);
    expect(twice.stuck).toMatchObject({ since: at(10), tries: 2 });
    const made = created(twice, new Set(["notice-1"]));
    expect([made.stuck, unfinishedUntil(made), stuck(made, "INTERNAL", at(20))]).toEqual([undefined, undefined, made]);
  });

  test("takes no provider twice", () => {
    expect(assign(aDispatch({ addressees: [addressee] }), addressee)).toBeUndefined();
  });

  test("is led back once for each notice", () => {
    const back = leadBack(aDispatch({ addressees: [addressee] }), "notice-1", at(20));
    expect(back.unattributedSince).toEqual(at(20));
    const assigned = assign(back, { ...addressee, providerId: "isp-b", noticeId: "notice-2" });
    expect(assigned && leadBack(assigned, "notice-1", at(30))).toBe(assigned);
    expect(assigned && leadBack(assigned, "notice-2", at(30)).unattributedSince).toEqual(at(30));
  });

  test("waits while it stands and its target is there", () => {
    expect(settleDispatch(waiting, { stands: true, gone: false })).toBe(waiting);
    expect(settleDispatch(waiting, { stands: true, gone: true }).unattributedSince).toBeUndefined();
    expect(settleDispatch(waiting, { stands: false, gone: false }).unattributedSince).toBeUndefined();
  });
});
