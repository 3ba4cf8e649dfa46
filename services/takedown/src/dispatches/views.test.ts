import { isSamePerson } from "@ntd/facts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caused, seenCase, stands, type CaseView } from "./case-view.ts";
import {
  assign,
  assignByTwo,
  confirm,
  created,
  isUnfinished,
  leadBack,
  settleDispatch,
  stuck,
  unfinishedUntil,
} from "./dispatch.ts";
import { aCase, aDecision, aDispatch, aMachineDecision, anAddressee, aTarget, at } from "../../test/examples.ts";
import { seenTarget } from "./target-view.ts";

const dispatchOf = (decisionId: string) => decisionId.replace("decision", "dispatch");
const see = (view: CaseView | undefined, version: number, event = aCase()) =>
  seenCase(view, { version, time: at(version), data: event }, dispatchOf) ?? view;
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
    expect(caused(see(illegal, 4, revoked), "dispatch-1")).toMatchObject({ stands: true, suspended: true });
  });

  test("whose decision is not in force while a person looks again is suspended until one is", () => {
    const fell = see(illegal, 4, aCase({ state: "CASE_STATE_CLAIMED", queueReason: "QUEUE_REASON_SOMETHING_ELSE" }));
    const suspended = (view: typeof illegal) => caused(view, "dispatch-1")?.suspended;
    expect(suspended(fell)).toBe(true);
    expect(suspended(see(fell, 5, aCase({ decision: aDecision("decision-2") })))).toBe(false);
    expect(
      stands(see(fell, 5, aCase({ decision: aDecision("decision-2", "VERDICT_NOT_ILLEGAL") })), "dispatch-1"),
    ).toBe(false);
  });

  test("decided otherwise by a person lets the dispatch fall for good", () => {
    const not = see(illegal, 4, aCase({ decision: aDecision("decision-2", "VERDICT_NOT_ILLEGAL") }));
    expect(stands(not, "dispatch-1")).toBe(false);
    expect(stands(see(not, 5, aCase()), "dispatch-1")).toBe(false);
  });

  test("decided illegal once more sends nothing twice", () => {
    const again = see(illegal, 4, aCase({ decision: aDecision("decision-2") }));
    expect(again?.dispatches).toEqual([{ ...illegal?.dispatches[0], confirmedBy: "decision-2" }]);
  });

  test("decided by a machine keeps what it decided on, until a person decides the same", () => {
    const fingerprints = [
      { algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32).fill(1), quality: 0 },
      { algorithm: "ALGORITHM_MD5" as const, value: new Uint8Array(16), quality: 0 },
      { algorithm: "ALGORITHM_PDQ" as const, value: new Uint8Array(32).fill(2), quality: 100 },
    ];
    const machine = see(undefined, 3, aCase({ fingerprints, decision: aMachineDecision("decision-1") }));
    const automatic = { sha256: fingerprints[0]?.value, pdq: fingerprints[2]?.value };
    expect(caused(machine, "dispatch-1")).toMatchObject({ stands: true, automatic });
    expect(see(machine, 4, aCase({ decision: aMachineDecision("decision-2") }))?.dispatches).toEqual(
      machine?.dispatches,
    );
    const person = see(machine, 5, aCase({ decision: aDecision("decision-3") }));
    expect(person?.dispatches).toEqual([
      { dispatchId: "dispatch-1", decisionId: "decision-1", stands: true, confirmedBy: "decision-3" },
    ]);
    const later = see(person, 6, aCase({ decision: aDecision("decision-4") }));
    expect(caused(later, "dispatch-1")?.confirmedBy).toBe("decision-4");
  });

  test("decided illegal after all makes a new dispatch", () => {
    const not = see(illegal, 4, aCase({ decision: aDecision("decision-2", "VERDICT_NOT_ILLEGAL") }));
    const again = see(not, 5, aCase({ decision: aDecision("decision-3") }));
    expect([stands(again, "dispatch-1"), stands(again, "dispatch-3")]).toEqual([false, true]);
  });

  test("of an older or equal version says nothing new", () => {
    for (const version of [2, 3])
      expect(seenCase(illegal, { version, time: at(9), data: aCase() }, dispatchOf)).toBeUndefined();
  });
});

describe("a target", () => {
  test("is gone only when the prober says so", () => {
    const suspect = aTarget({ state: "TARGET_STATE_SUSPECT_GONE", goneTime: at(50) });
    expect(seenTarget(undefined, 1, suspect)?.goneTime).toBeUndefined();
    const gone = aTarget({ state: "TARGET_STATE_GONE", goneTime: at(60) });
    expect(seenTarget(undefined, 1, gone)?.goneTime).toEqual(at(60));
  });

  test("that release 0.2 called gone for silence is not gone", () => {
    const silent = {
      state: "TARGET_STATE_GONE",
      goneTime: at(60),
      reason: "PROBE_REASON_UNREACHABLE_TOO_LONG",
    } as const;
    for (const change of [silent, { ...silent, goneStrength: "GONE_STRENGTH_SILENCE_0_2" as const }]) {
      const view = seenTarget(undefined, 1, aTarget(change));
      expect([view?.goneTime, view?.told?.goneStrength]).toEqual([undefined, "GONE_STRENGTH_SILENCE_0_2"]);
    }
  });

  test("tells what the eyes say, and nothing of what they do not say", () => {
    expect(seenTarget(undefined, 1, aTarget())?.told).toEqual({ state: "TARGET_STATE_PRESENT" });
    const cloaked = [
      {
        eye: "declared",
        observation: "OBSERVATION_ABSENT",
        reason: "PROBE_REASON_HTTP_NOT_FOUND",
        time: at(4),
        evidenceId: "evidence-1",
      },
    ] as const;
    const gone = { state: "TARGET_STATE_GONE", goneTime: at(60), reason: "PROBE_REASON_HTTP_GONE" } as const;
    const how = { goneStrength: "GONE_STRENGTH_ABSENT", singleVantage: true, restrictedHere: true } as const;
    expect(seenTarget(undefined, 1, aTarget({ ...gone, ...how, cloaked: [...cloaked] }))?.told).toEqual({
      state: "TARGET_STATE_GONE",
      reason: "PROBE_REASON_HTTP_GONE",
      cloaked,
      ...how,
    });
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

  test("that takes two persons to be assigned waits for another's word, in any order of words", () => {
    const by = fc.constantFrom("operator/anna", "assessor/anna", "operator/budi", "operator/chandra");
    const word = fc.record({
      by,
      providerId: fc.constantFrom("isp-a", "isp-b"),
      action: fc.constantFrom("ACTION_BLOCK_NETWORK" as const, "ACTION_REMOVE" as const),
      days: fc.constantFrom(0, 1, 8),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        let [state, days] = [waiting, 0];
        for (const said of words) {
          days += said.days;
          const noticeId = `of ${said.providerId}`;
          const { providerId, action } = said;
          const spoken = {
            ...addressee,
            providerId,
            noticeId,
            action,
            assignedBy: said.by,
            assignedTime: at(days * 86_400),
          };
          const next = assignByTwo(state, spoken);
          const had = state.addressees.some((a) => a.providerId === said.providerId);
          expect(next === undefined).toBe(had);
          const made = next !== undefined && next.addressees.length > state.addressees.length;
          const seconded = state.proposed?.some(
            (p) =>
              p.providerId === said.providerId &&
              p.action === said.action &&
              !isSamePerson(p.by, said.by) &&
              spoken.assignedTime.getTime() - p.time.getTime() < 7 * 86_400_000,
          );
          expect(made).toBe(!had && seconded === true);
          state = next ?? state;
        }
        for (const a of state.addressees) expect(isSamePerson(a.proposedBy ?? a.assignedBy, a.assignedBy)).toBe(false);
      }),
    );
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

  test("waits while it stands; a machine's no longer once its target is gone, a person's whatever an eye says", () => {
    const automatic = { ...waiting, automatic: true as const };
    for (const dispatch of [waiting, automatic]) {
      expect(settleDispatch(dispatch, { stands: true, gone: false })).toBe(dispatch);
      expect(settleDispatch(dispatch, { stands: false, gone: false }).unattributedSince).toBeUndefined();
    }
    expect(settleDispatch(automatic, { stands: true, gone: true }).unattributedSince).toBeUndefined();
    expect(settleDispatch(waiting, { stands: true, gone: true })).toBe(waiting);
  });

  test("that a person decides too leaves on the person's word, and waits again when it has nobody to go to", () => {
    const settled = aDispatch({ automatic: true });
    const again = confirm(settled, "decision-2", [], at(9));
    expect([again.automatic, again.confirmedBy, again.unattributedSince]).toEqual([undefined, "decision-2", at(9)]);
    const unsent = aDispatch({ automatic: true, addressees: [{ ...addressee, created: true }] });
    const added = { ...addressee, noticeId: "notice-2", decisionId: "decision-2" };
    const next = confirm(unsent, "decision-2", [added], at(9));
    expect([next.addressees.length, isUnfinished(next), next.unattributedSince]).toEqual([2, true, undefined]);
    const ledBack = confirm({ ...unsent, ledBackBy: ["notice-1"] }, "decision-2", [], at(9));
    expect(ledBack.unattributedSince).toEqual(at(9));
  });
});
