import { describe, expect, test } from "vitest";
import { published } from "../cases/publish.ts";
import { claimed } from "../claims/claim.ts";
import { confirmed } from "./confirm.ts";
import { inDoubt } from "./doubt.ts";
import { byMachine, cause, decide, granted, lost, word } from "../../test/doubts.ts";
import { file, later } from "../../test/facts.ts";

const [ann, ben] = ["assessor/ann", "assessor/ben"] as const;
const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const confirm = (start: typeof byMachine, person: string, decisionId = "D1") =>
  confirmed(start, { person, decisionId, reason }, later(60));
const reopened = inDoubt(byMachine, word("REOPENED", ben));
const alone = decide(reopened, "OUT_OF_SCOPE", ben);

describe("given an illegal against which one person has decided", () => {
  test("another one confirms: that decision withdraws, and nobody is waited for", () => {
    const after = granted(confirm(alone, ann));
    expect(published(after)).toMatchObject({
      state: "CASE_STATE_DECIDED",
      decision: { decisionId: "D2", decidedBy: ben, withdrawsDecisionId: "D1", confirmedBy: ann },
      doubt: undefined,
    });
    expect(after.confirmations).toEqual([{ confirmedBy: ann, confirmedTime: later(60), decisionId: "D1", reason }]);
    expect(confirm(after, ann)).toMatchObject({ refused: "WRONG_STATE", detail: "It is withdrawn already." });
  });

  test.each([ben, "police/ben"])("%s, whose word it is, is no second person", (person) => {
    expect(confirm(alone, person)).toMatchObject({ refused: "SAME_PERSON" });
  });

  test("while another one has it to decide, it is not confirmed", () => {
    const taken = granted(claimed(alone, "assessor/carol", later(30), 1_800_000));
    expect(confirm(taken, ann)).toMatchObject({ refused: "WRONG_STATE" });
    expect(granted(confirm(taken, "assessor/carol")).progress).toEqual({ kind: "decided" });
  });

  test("where it was decided illegal again meanwhile, that one is named", () => {
    const again = decide(alone, "ILLEGAL", ann);
    expect(confirm(again, ann)).toMatchObject({
      refused: "DECISION_CHANGED",
      metadata: { current_decision_id: "D3" },
    });
    expect(confirm(again, ann, "D3")).toMatchObject({ refused: "WRONG_STATE" });
  });
});

describe("given an illegal that is in doubt, and that nobody decided otherwise", () => {
  test.each([
    ["another reopened it", reopened, ben],
    ["its hit was taken back", lost(byMachine, []), "hash-list"],
    ["its hit was taken back by somebody", lost(byMachine, ["maintainer/carol"]), "maintainer/carol"],
  ])("%s: who confirms decides not illegal, and withdraws it", (_, start, confirmedBy) => {
    expect(published(granted(confirm(start, ann)))).toMatchObject({
      state: "CASE_STATE_DECIDED",
      decision: { verdict: "VERDICT_NOT_ILLEGAL", decidedBy: ann, withdrawsDecisionId: "D1", confirmedBy },
      doubt: undefined,
    });
  });

  test("who reopened it, or took its hit back, is no second person", () => {
    expect(confirm(reopened, ben)).toMatchObject({ refused: "SAME_PERSON" });
    expect(confirm(lost(byMachine, ["maintainer/ann"]), ann)).toMatchObject({ refused: "SAME_PERSON" });
  });
});

test("given what nobody doubts, or what only a court stayed, there is nothing to confirm", () => {
  const stayed = inDoubt(byMachine, word("STAY", "operator/olga"));
  for (const start of [byMachine, stayed, file()]) {
    expect(confirm(start, ann)).toMatchObject({ refused: "WRONG_STATE" });
  }
});

test("given what fell since something else is there, one decides first: nobody has called it wrong", () => {
  const fell = inDoubt(byMachine, { cause: cause("SOMETHING_ELSE"), by: [], now: later(9) });
  expect(confirm(fell, ann)).toMatchObject({ refused: "WRONG_STATE", detail: expect.stringContaining("Claim it") });
  expect(granted(confirm(decide(fell, "OUT_OF_SCOPE", ben), ann)).decisions.at(-1)).toMatchObject({ confirmedBy: ann });
});

test("given a decision that is held back, it is told or undone first", () => {
  const held = decide(alone, "NOT_ILLEGAL", ann, later(20), { holdBackMs: 60_000 });
  expect(confirm(held, ann)).toMatchObject({ refused: "WRONG_STATE" });
});
