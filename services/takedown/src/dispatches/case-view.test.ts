import fc from "fast-check";
import type { Case } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import { aCase, aDecision, aDoubt, at } from "../../test/examples.ts";
import { caused, isAlive, seenCase, type CaseView } from "./case-view.ts";

const dispatchOf = (decisionId: string) => decisionId.replace("decision", "dispatch");
const tell = (view: CaseView | undefined, version: number, change: Partial<Case> = {}) =>
  seenCase(view, { version, time: at(version), data: aCase(change) }, dispatchOf) ?? view;
const first = (view: CaseView | undefined) => caused(view, "dispatch-1");

const illegal = tell(undefined, 3);
const doubt = aDoubt("decision-1");
const doubted = tell(illegal, 4, { state: "CASE_STATE_QUEUED", doubt });
const byOne = { ...aDecision("decision-2", "VERDICT_NOT_ILLEGAL"), withdrawsDecisionId: "decision-1" };
const byTwo = { ...byOne, confirmedBy: "assessor/bo" };
const otherwise = tell(doubted, 5, { decision: byOne, doubt: { ...doubt, cause: "DOUBT_CAUSE_DECIDED_OTHERWISE" } });
const withdrawn = tell(otherwise, 6, { decision: byTwo });

describe("given a dispatch that stands", () => {
  test("when its decision is in doubt, it stands, and does not leave", () => {
    expect(first(doubted)).toMatchObject({
      stands: true,
      suspended: true,
      doubt: { cause: "DOUBT_CAUSE_REOPENED", since: at(50) },
    });
  });

  test("when the doubt ends with its decision in force, it stands as before", () => {
    expect(first(tell(doubted, 5))).toEqual({ ...first(illegal), suspended: false });
  });

  test("when one person decides otherwise, it no longer stands, and is in doubt still", () => {
    expect(first(otherwise)).toMatchObject({ stands: false, doubt: { since: at(50) } });
  });

  test("when one person decides otherwise and the doubt itself is not told, it is in doubt since then", () => {
    const doubtOfOne = { cause: "DOUBT_CAUSE_DECIDED_OTHERWISE", since: at(0) };
    expect(first(tell(illegal, 4, { decision: byOne }))).toMatchObject({ stands: false, doubt: doubtOfOne });
  });

  test("when two persons' words are against it, it is withdrawn by that decision, whatever was told before", () => {
    for (const view of [illegal, doubted, otherwise]) {
      const next = first(tell(view, 9, { decision: byTwo }));
      expect([next?.stands, next?.doubt, next?.withdrawnBy]).toEqual([false, undefined, "decision-2"]);
    }
  });

  test("when a stay lasts over a new decision, it is in doubt until that is lifted", () => {
    const stay = { ...aDoubt("decision-3"), cause: "DOUBT_CAUSE_STAY" as const, lasting: true };
    const decision = aDecision("decision-3");
    const stayed = tell(doubted, 5, { decision, doubt: stay });
    expect(first(stayed)?.doubt).toEqual({ cause: "DOUBT_CAUSE_STAY", since: at(50), lasting: true });
    expect(first(tell(stayed, 6, { decision }))).toMatchObject({ stands: true, confirmedBy: "decision-3" });
  });

  test("when a release that told no doubt says it by the reason of the queue, it is in doubt since the first such event", () => {
    const revoked = { state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_BASIS_REVOKED" } as const;
    const fell = tell(illegal, 4, revoked);
    expect(first(fell)?.doubt).toEqual({ cause: "DOUBT_CAUSE_BASIS_REVOKED", since: at(4) });
    expect(first(tell(fell, 5, revoked))?.doubt?.since).toEqual(at(4));
    expect(first(tell(fell, 5))).toMatchObject({ stands: true, suspended: false });
    expect(first(tell(fell, 5))?.doubt).toBeUndefined();
  });
});

describe("given a page that was decided for what it embeds", () => {
  const embedding = (n: number, ...targetIds: string[]) => ({
    decision: {
      ...aDecision(`decision-${n}`),
      embedded: { items: targetIds.map((targetId) => ({ targetId, address: undefined })) },
    },
  });
  const page = tell(undefined, 3, embedding(1, "a", "b"));
  const standing = (view: CaseView | undefined) =>
    view?.dispatches.filter((one) => one.stands).map(({ dispatchId }) => dispatchId);

  test("when it is decided again for the same or less, nobody hears twice", () => {
    for (const again of [embedding(2, "a", "b"), embedding(2, "b")]) {
      const next = tell(page, 4, again);
      expect(standing(next)).toEqual(["dispatch-1"]);
      expect(first(next)).toMatchObject({ embeds: ["a", "b"], confirmedBy: "decision-2" });
    }
  });

  test("when something else is found on it, or it is to go itself, that is asked for too, once", () => {
    for (const more of [embedding(2, "b", "c"), { decision: aDecision("decision-2") }]) {
      const next = tell(page, 4, more);
      expect(standing(next)).toEqual(["dispatch-1", "dispatch-2"]);
      expect(standing(tell(next, 5, more))).toEqual(["dispatch-1", "dispatch-2"]);
      expect(standing(tell(next, 5, embedding(3, "a", "b")))).toEqual(["dispatch-1", "dispatch-2"]);
    }
    expect(standing(tell(tell(page, 4, { decision: aDecision("decision-2") }), 5, embedding(3, "d")))).toHaveLength(2);
  });

  test("when its decision is in doubt, or is withdrawn, that is so of all that was asked", () => {
    const both = tell(page, 4, embedding(2, "c"));
    const fell = tell(both, 5, { ...embedding(2, "c"), state: "CASE_STATE_QUEUED", doubt: aDoubt("decision-2") });
    expect(fell?.dispatches.map(({ suspended }) => suspended)).toEqual([true, true]);
    const against = { ...byTwo, decisionId: "decision-3", withdrawsDecisionId: "decision-2" };
    const over = tell(fell, 6, { decision: against });
    expect(over?.dispatches.map(({ withdrawnBy }) => withdrawnBy)).toEqual(["decision-3", "decision-3"]);
  });
});

describe("given that one person decided otherwise", () => {
  test("when another decides illegal, the newer decision wins: it stands again, and nobody hears twice", () => {
    const again = tell(otherwise, 6, { decision: aDecision("decision-3") });
    expect(again?.dispatches).toHaveLength(1);
    expect(first(again)).toMatchObject({ stands: true, suspended: false, confirmedBy: "decision-3" });
  });

  test("when the doubt is of a decision that says the same as the first, its withdrawal is of the same dispatch", () => {
    const third = tell(illegal, 4, { decision: aDecision("decision-3") });
    const decision = { ...byTwo, decisionId: "decision-4", withdrawsDecisionId: "decision-3" };
    expect(first(tell(third, 5, { decision }))?.withdrawnBy).toBe("decision-4");
  });
});

describe("given that it was withdrawn", () => {
  test("when somebody decides illegal after all, a new dispatch stands, and the old one stays withdrawn", () => {
    const again = tell(withdrawn, 7, { decision: aDecision("decision-3") });
    expect(again?.dispatches.map((d) => [d.dispatchId, d.stands, d.withdrawnBy])).toEqual([
      ["dispatch-1", false, "decision-2"],
      ["dispatch-3", true, undefined],
    ]);
  });

  test("when its own decision is told again, or a doubt of it, it stays withdrawn", () => {
    expect(first(tell(withdrawn, 7))).toEqual(first(withdrawn));
    expect(first(tell(withdrawn, 7, { doubt }))).toEqual(first(withdrawn));
  });

  test("when the next decision tells the withdrawal once more, the first one has withdrawn it", () => {
    expect(first(tell(withdrawn, 7, { decision: { ...byTwo, decisionId: "decision-4" } }))).toEqual(first(withdrawn));
  });
});

describe("given that it fell without a doubt or a second word, as release 0.2 told it", () => {
  const confirmed = tell(illegal, 4, { decision: aDecision("decision-3") });
  const fell = tell(confirmed, 5, { decision: aDecision("decision-5", "VERDICT_NOT_ILLEGAL") });

  test.each(["decision-1", "decision-3"])("when two words withdraw %s by name, it is withdrawn", (named) => {
    expect([first(fell)?.stands, first(fell)?.doubt, first(fell)?.withdrawnBy]).toEqual([false, undefined, undefined]);
    const decision = { ...byTwo, decisionId: "decision-6", withdrawsDecisionId: named };
    expect(first(tell(fell, 6, { decision }))?.withdrawnBy).toBe("decision-6");
  });

  test("when two words withdraw another, it stays as it is", () => {
    const decision = { ...byTwo, decisionId: "decision-6", withdrawsDecisionId: "decision-9" };
    expect(first(tell(fell, 6, { decision }))).toEqual(first(fell));
  });
});

describe("in whatever order and with whatever gaps events come", () => {
  const decisions = fc.constantFrom(aDecision("decision-1"), byOne, byTwo, aDecision("decision-3"), {
    ...byTwo,
    decisionId: "decision-4",
    withdrawsDecisionId: "decision-3",
  });
  const events = fc.array(
    fc.record({
      version: fc.integer({ min: 1, max: 20 }),
      decision: decisions,
      doubt: fc.constantFrom(undefined, doubt, aDoubt("decision-3")),
      state: fc.constantFrom("CASE_STATE_DECIDED" as const, "CASE_STATE_QUEUED" as const),
    }),
    { maxLength: 12 },
  );

  test("at most one dispatch is alive, and what was withdrawn is withdrawn for good", () => {
    fc.assert(
      fc.property(events, (all) => {
        let view: CaseView | undefined;
        for (const { version, ...change } of all) {
          const before = view;
          view = tell(view, version, change);
          expect(view?.dispatches.filter(isAlive).length ?? 0).toBeLessThanOrEqual(1);
          for (const { dispatchId, withdrawnBy } of before?.dispatches ?? []) {
            if (withdrawnBy !== undefined)
              expect(caused(view, dispatchId)).toMatchObject({ withdrawnBy, stands: false });
          }
        }
      }),
    );
  });
});

test("a legal hold is in force until an event says that it is lifted; one that tells none ends none", () => {
  const legalHold = { sinceTime: at(1), liftedTime: undefined };
  const kept = tell(tell(undefined, 1), 2, { legalHold });
  const silent = tell(kept, 3);
  const lifted = tell(silent, 4, { legalHold: { ...legalHold, liftedTime: at(4) } });
  expect([kept?.kept, silent?.kept, lifted?.kept]).toEqual([true, true, undefined]);
});
