import { isSamePerson } from "@ntd/facts";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CaseFile } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import { toldWhenDue, undone } from "../queue/hold-back.ts";
import { reopened } from "../queue/reopen.ts";
import { confirmed } from "./confirm.ts";
import { inDoubt, toldIllegal } from "./doubt.ts";
import { byMachine, decide, lost, word } from "../../test/doubts.ts";
import { later } from "../../test/facts.ts";

const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const by = fc
  .tuple(fc.constantFrom("assessor", "maintainer"), fc.constantFrom("ann", "ben", "carol"))
  .map(([kind, name]) => `${kind}/${name}`);
const step = fc.record({
  by,
  what: fc.oneof(
    fc.constantFrom("reopen", "reclassify", "confirm", "undo", "tick", "lose", "swap"),
    fc.constantFrom("ILLEGAL", "NOT_ILLEGAL", "OUT_OF_SCOPE"),
    fc.constantFrom("REVIEW_UPHELD", "SECOND_LOOK", "STAY"),
  ),
  holdBackMs: fc.constantFrom(0, 3000),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function taken(state: CaseFile, { by: person, what, holdBackMs }: Step, n: number): CaseFile {
  const now = later(n);
  const orAsWas = (outcome: CaseFile | { refused: string }) => ("refused" in outcome ? state : outcome);
  switch (what) {
    case "reopen":
    case "reclassify": {
      const reopening = { reopenedBy: person, reopenedTime: now, reason };
      return orAsWas(reopened(state, reopening, { keepInForce: what === "reclassify" }));
    }
    case "confirm":
      return orAsWas(confirmed(state, { person, decisionId: toldIllegal(state)?.decisionId ?? "", reason }, now));
    case "undo":
      return orAsWas(undone(state, person, now, 1000));
    case "tick":
      return toldWhenDue(state, now);
    case "lose":
      return lost(state, [person]);
    case "swap":
      return inDoubt(state, { cause: "DOUBT_CAUSE_SOMETHING_ELSE", by: [], now });
    case "ILLEGAL":
    case "NOT_ILLEGAL":
    case "OUT_OF_SCOPE":
      if (state.progress.kind !== "queued") return state;
      return decide(state, what, person, now, { holdBackMs, decisionId: `at ${n}` });
    case "REVIEW_UPHELD":
    case "SECOND_LOOK":
    case "STAY":
      return inDoubt(state, word(what, person, n));
  }
}

test("whoever does what in whatever order, no illegal is withdrawn by one person's word alone", () => {
  let withdrawals = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
      let state = byMachine;
      const spoke: string[] = [];
      for (const [n, one] of steps.entries()) {
        const after = taken(state, one, n);
        if (after !== state && one.what !== "swap") spoke.push(one.by);
        state = after;
        for (const { withdrawsDecisionId, confirmedBy, decidedBy, verdict } of state.decisions) {
          if (confirmedBy === "") continue;
          withdrawals++;
          expect(isSamePerson(confirmedBy, decidedBy)).toBe(false);
          expect(spoke).toEqual(expect.arrayContaining([confirmedBy, decidedBy]));
          const withdrawn = state.decisions.find(({ decisionId }) => decisionId === withdrawsDecisionId);
          expect([withdrawn?.verdict, verdict === "VERDICT_ILLEGAL"]).toEqual(["VERDICT_ILLEGAL", false]);
        }
        const { doubt, decision, state: stands } = published(state);
        if (doubt !== undefined) expect(toldIllegal(state)?.decisionId).toBe(doubt.decisionId);
        if (doubt !== undefined && !doubt.lasting) expect(stands).toMatch(/QUEUED|CLAIMED/);
        if (decision?.withdrawsDecisionId !== "") expect(doubt === undefined).toBe(decision?.confirmedBy !== "");
      }
    }),
    { numRuns: 1000 },
  );
  expect(withdrawals).toBeGreaterThan(0);
});
