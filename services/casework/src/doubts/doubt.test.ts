import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { queued, withMatch, type CaseFile } from "../cases/case.ts";
import { claimed } from "../claims/claim.ts";
import { judged } from "../policies/judged.ts";
import { published } from "../cases/publish.ts";
import { toldWhenDue } from "../queue/hold-back.ts";
import { inDoubt, toldIllegal, withoutCause, withoutWord } from "./doubt.ts";
import { byMachine, cause, decide, granted, lost, made, word } from "../../test/doubts.ts";
import { file, hit, later, match, negative, noon, reports } from "../../test/facts.ts";

const [ann, ben] = ["assessor/ann", "assessor/ben"] as const;
const none = { decision: undefined, now: later(5) };
const reopened = inDoubt(byMachine, word("REOPENED", ben));

describe("given an illegal that others know of", () => {
  test("a word puts it in doubt since then, and the case waits for a person", () => {
    expect(published(reopened)).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_REOPENED",
      decision: { decisionId: "D1" },
      doubt: { decisionId: "D1", cause: "DOUBT_CAUSE_REOPENED", sinceTime: later(9), raisedBy: [ben], lasting: false },
    });
    expect(inDoubt(reopened, word("REOPENED", ben, 50))).toBe(reopened);
  });

  test("another's word joins: the doubt is as old as the first, and its cause is the strongest", () => {
    const both = inDoubt(reopened, word("SECOND_LOOK", ann, 50));
    expect(published(both)).toMatchObject({
      queueReason: "QUEUE_REASON_DISAGREEMENT",
      doubt: { cause: "DOUBT_CAUSE_SECOND_LOOK", sinceTime: later(9), raisedBy: [ann, ben] },
    });
  });

  test("a later doubt has a later time, whatever the clock says: by that others tell it from the one before", () => {
    const over = decide(reopened, "ILLEGAL", ben);
    const again = inDoubt(over, word("REOPENED", ann, 3));
    expect(published(again).doubt?.sinceTime).toEqual(new Date(later(9).getTime() + 1));
    const third = inDoubt(decide(again, "ILLEGAL", ben), word("REOPENED", ann, 50));
    expect(published(third).doubt?.sinceTime).toEqual(later(50));
  });

  test("its fall is one word: of who took the hit back, else of the list", () => {
    const carol = ["maintainer/carol", "maintainer/dave"];
    expect(published(lost(byMachine, carol)).doubt).toMatchObject({
      cause: "DOUBT_CAUSE_BASIS_REVOKED",
      raisedBy: carol,
    });
    expect(published(lost(byMachine, [])).doubt?.raisedBy).toEqual(["hash-list"]);
    expect(published(inDoubt(lost(byMachine, []), word("BASIS_REVOKED", ann))).doubt?.raisedBy).toEqual([ann]);
  });

  test("it falls once: the newest evidence says why, and who took a part of it back before has had that word", () => {
    const again = inDoubt(inDoubt(byMachine, word("NEGATIVE_SET", ann)), word("BASIS_REVOKED", ben));
    expect(again.doubt?.words).toEqual([{ cause: "DOUBT_CAUSE_BASIS_REVOKED", by: [ann, ben] }]);
  });

  test.each([
    ["nothing listed", [], "SOMETHING_ELSE"],
    ["what a negative set knows", [negative()], "NEGATIVE_SET"],
    ["what a set of a role of a newer release knows", [negative({ setRole: "UNRECOGNIZED" })], "NEGATIVE_SET"],
  ])("that %s is there by now is nobody's word: it takes two persons to withdraw it", (_, hits, why) => {
    const start = { ...byMachine, decidedContent: 1 };
    const fell = judged(
      start,
      withMatch(start, match(hits, { version: 2, contentRevision: 2 })),
      { kind: "wait" },
      none,
    );
    expect(published(fell).doubt).toMatchObject({ cause: `DOUBT_CAUSE_${why}`, raisedBy: [] });
    const alone = decide(fell, "OUT_OF_SCOPE", ann);
    expect(published(alone)).toMatchObject({ queueReason: "QUEUE_REASON_WITHDRAWAL", decision: { confirmedBy: "" } });
    expect(published(inDoubt(alone, word("REVIEW_UPHELD", ben))).decision).toMatchObject({ confirmedBy: ben });
  });

  test("a negative set's hit on what was decided is the list's word; one of a role that is not known is nobody's", () => {
    const fell = (role: Hit["setRole"]) => {
      const seen = withMatch(byMachine, match([hit(), negative({ setRole: role })], { version: 2 }));
      return published(judged(byMachine, seen, { kind: "wait" }, none)).doubt;
    };
    expect(fell("SET_ROLE_NEGATIVE")).toMatchObject({ cause: "DOUBT_CAUSE_NEGATIVE_SET", raisedBy: ["hash-list"] });
    expect(fell("UNRECOGNIZED")).toMatchObject({ cause: "DOUBT_CAUSE_NEGATIVE_SET", raisedBy: [] });
  });

  test("where a person decides illegal again, no doubt is left; a court's stay goes on", () => {
    expect(published(decide(reopened, "ILLEGAL", ben))).toMatchObject({
      state: "CASE_STATE_DECIDED",
      decision: { decisionId: "D2", withdrawsDecisionId: "" },
      doubt: undefined,
    });
    const stayed = inDoubt(reopened, word("STAY", "operator/olga", 12));
    expect(published(decide(stayed, "ILLEGAL", ben)).doubt).toMatchObject({ decisionId: "D2", lasting: true });
  });

  test("a stay asks nobody to decide, and does not lapse until it is lifted", () => {
    const stayed = inDoubt(byMachine, word("STAY", "operator/olga"));
    expect(published(stayed)).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", doubt: { lasting: true } });
    expect(published(withoutWord(stayed, cause("STAY")))).toEqual(published(byMachine));
    const both = withoutWord(inDoubt(reopened, word("STAY", "operator/olga")), cause("STAY"));
    expect(published(both)).toEqual(published(reopened));
  });
});

describe("given that what a decision about a page rested on is there again", () => {
  const fall = { cause: cause("EMBEDDED_FELL"), by: [], now: later(9) };
  const fell = inDoubt(byMachine, fall);
  const risen = (file: CaseFile) => withoutCause(file, cause("EMBEDDED_FELL"), later(60));

  test("the case waits for nobody where that alone had brought it before a person", () => {
    expect(published(risen(fell))).toMatchObject({ state: "CASE_STATE_DECIDED", doubt: undefined });
    expect(risen(byMachine)).toBe(byMachine);
    const stayed = published(risen(inDoubt(fell, word("STAY", "operator/olga", 12))));
    expect(stayed).toMatchObject({ state: "CASE_STATE_DECIDED", doubt: { cause: cause("STAY") } });
  });

  test("it waits for what another says still", () => {
    const both = inDoubt(inDoubt(byMachine, fall), word("REOPENED", ben, 12));
    expect(published(both)).toMatchObject({ queueReason: "QUEUE_REASON_BASIS_REVOKED" });
    expect(published(risen(both))).toMatchObject({
      queueReason: "QUEUE_REASON_REOPENED",
      doubt: { cause: cause("REOPENED") },
    });
  });

  test("what waited before, or is in somebody's hand, is a person's still, while the decision is in force", () => {
    const newHits = queued(byMachine, "QUEUE_REASON_NEW_EVIDENCE", later(1));
    expect(published(risen(inDoubt(newHits, fall)))).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_NEW_EVIDENCE",
      doubt: undefined,
    });
    const since = queued(fell, "QUEUE_REASON_TOO_FEW_VOTES", later(30));
    expect(published(risen(since))).toMatchObject({ queueReason: "QUEUE_REASON_TOO_FEW_VOTES", doubt: undefined });
    const inHand = granted(claimed(fell, ann, later(30), 1_800_000));
    const waits = { state: "CASE_STATE_CLAIMED", queueReason: "QUEUE_REASON_NEW_EVIDENCE", doubt: undefined };
    expect(published(risen(inHand))).toMatchObject(waits);
  });
});

describe("given a person who decides otherwise", () => {
  const alone = decide(file({ ...byMachine, progress: reopened.progress }), "OUT_OF_SCOPE", ann);

  test("one word alone suspends, and waits for another person's", () => {
    expect(published(alone)).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_WITHDRAWAL",
      decision: { decisionId: "D2", withdrawsDecisionId: "D1", confirmedBy: "" },
      doubt: { decisionId: "D1", cause: "DOUBT_CAUSE_DECIDED_OTHERWISE", raisedBy: [ann] },
    });
  });

  test.each([
    ["another who reopened it", reopened, ben],
    ["the list that took its hit back", lost(byMachine, []), "hash-list"],
    ["who took its hit back", lost(byMachine, ["maintainer/carol"]), "maintainer/carol"],
  ])("beside %s, it is withdrawn", (_, start, confirmedBy) => {
    expect(published(decide(start, "NOT_ILLEGAL", ann))).toMatchObject({
      state: "CASE_STATE_DECIDED",
      decision: { decisionId: "D2", withdrawsDecisionId: "D1", confirmedBy },
      doubt: undefined,
    });
  });

  test.each([
    ["reopened it", reopened, ben],
    ["took its hit back, also as one of two", lost(byMachine, ["maintainer/ben", "maintainer/carol"]), ben],
  ])("who %s has no second word", (_, start, person) => {
    const after = decide(start, "NOT_ILLEGAL", person);
    expect(published(after)).toMatchObject({ queueReason: "QUEUE_REASON_WITHDRAWAL", decision: { confirmedBy: "" } });
    expect(after.doubt?.sinceTime).toEqual(start.doubt?.sinceTime);
  });

  test("a court's stay is no word: it says nothing of what is right", () => {
    const stayed = inDoubt(inDoubt(byMachine, word("STAY", "operator/olga")), word("REOPENED", ann));
    const after = decide(stayed, "NOT_ILLEGAL", ann);
    expect(published(after)).toMatchObject({ queueReason: "QUEUE_REASON_WITHDRAWAL", decision: { confirmedBy: "" } });
  });

  test("a person's word is named before the list's", () => {
    const after = decide(lost(reopened, []), "NOT_ILLEGAL", ann);
    expect(published(after).decision).toMatchObject({ decisionId: "D2", confirmedBy: ben });
  });

  test("what comes later is the second word: a hit that is lost, a review that is upheld", () => {
    const alone = decide(reopened, "NOT_ILLEGAL", ben);
    expect(published(lost(alone, [])).decision).toMatchObject({ decisionId: "D2", confirmedBy: "hash-list" });
    expect(published(lost(alone, ["maintainer/ben"])).decision).toMatchObject({ confirmedBy: "" });
    const upheld = inDoubt(alone, word("REVIEW_UPHELD", ann));
    expect(published(upheld)).toMatchObject({ state: "CASE_STATE_DECIDED", decision: { confirmedBy: ann } });
  });

  test("a report that came while it waited brings it back once it is withdrawn", () => {
    const alone = { ...decide(reopened, "NOT_ILLEGAL", ben), reports: reports({ newestTime: later(30) }) };
    const upheld = inDoubt(alone, word("REVIEW_UPHELD", ann));
    expect(published(upheld)).toMatchObject({ queueReason: "QUEUE_REASON_REPORTED_AGAIN", doubt: undefined });
  });

  test("what is decided next, if not illegal, tells the withdrawal still: its own event may be overtaken", () => {
    const reopening = { kind: "queued", reason: "QUEUE_REASON_REOPENED", queuedTime: noon } as const;
    const withdrawn = { ...decide(reopened, "NOT_ILLEGAL", ann), progress: reopening };
    for (const [person, confirmedBy] of [
      ["assessor/carol", ben],
      [ben, ann],
    ] as const) {
      const next = { decisionId: "D3", withdrawsDecisionId: "D1", confirmedBy };
      expect(published(decide(withdrawn, "OUT_OF_SCOPE", person)).decision).toMatchObject(next);
    }
    expect(published(decide(withdrawn, "ILLEGAL", ben)).decision).toMatchObject({ withdrawsDecisionId: "" });
  });

  test("held back, the first is in doubt as before; once told, it is withdrawn", () => {
    const held = decide(reopened, "NOT_ILLEGAL", ann, later(20), { holdBackMs: 60_000 });
    expect(published(held)).toMatchObject({ decision: { decisionId: "D1" }, doubt: { cause: "DOUBT_CAUSE_REOPENED" } });
    expect(published(toldWhenDue(held, later(80))).decision).toMatchObject({ decisionId: "D2", confirmedBy: ben });
  });
});

test("given nothing that others know of as illegal, a word changes nothing", () => {
  const other = file({ progress: { kind: "decided" }, decisions: [made("VERDICT_NOT_ILLEGAL", ann, "D1")] });
  for (const start of [file(), other]) expect(inDoubt(start, word("REVIEW_UPHELD", ben))).toBe(start);
});

test("a decision of release 0.2, which knows of no withdrawal, withdraws nothing", () => {
  const { withdrawsDecisionId: _, confirmedBy: __, ...old } = made("VERDICT_NOT_ILLEGAL", ann, "D1");
  const kept = file({ progress: { kind: "decided" }, decisions: [old as Decision] });
  expect(published(kept).decision).toMatchObject(WITHDRAWS_NOTHING);
  expect(toldIllegal(kept)).toBeUndefined();
});
