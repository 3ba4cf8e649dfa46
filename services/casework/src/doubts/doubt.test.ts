import { isSamePerson, MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision, DoubtCause } from "@ntd/proto/casework/v1/case";
import type { RevokedHit } from "@ntd/proto/matching/v1/match";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withMatch, type CaseFile } from "../cases/case.ts";
import { groundsOf } from "../cases/grounds.ts";
import { judged } from "../cases/judged.ts";
import { published } from "../cases/publish.ts";
import { claimed, decided } from "../queue/claim.ts";
import { heldBack, toldWhenDue } from "../queue/hold-back.ts";
import { inDoubt, toldIllegal, withoutWord } from "./doubt.ts";
import { file, hit, later, match, noon, reports, target } from "../../test/facts.ts";

const [ann, ben] = ["assessor/ann", "assessor/ben"] as const;
const made = (verdict: Decision["verdict"], decidedBy: string, decisionId: string): Decision => ({
  decisionId,
  verdict,
  decidedBy,
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
});
const byMachine = file({
  progress: { kind: "auto_decided" },
  decisions: [made("VERDICT_ILLEGAL", MACHINE, "D1")],
  match: match([hit()]),
  target: target(),
  grounds: groundsOf([hit()]),
});
const cause = (name: string) => `DOUBT_CAUSE_${name}` as DoubtCause;
const word = (name: string, by: string, seconds = 9) => ({ cause: cause(name), by: [by], now: later(seconds) });
const reopened = inDoubt(byMachine, word("REOPENED", ben));

function decide(start: CaseFile, verdict: string, person: string, at = later(20), holdBackMs = 0): CaseFile {
  const mine = claimed(start, person, at, 1_800_000);
  if ("refused" in mine) throw new Error(mine.detail);
  const decision = made(`VERDICT_${verdict}` as Decision["verdict"], person, `D${mine.decisions.length + 1}`);
  const after = decided(mine, person, mine.evidenceRevision, decision, at);
  if ("refused" in after) throw new Error(after.detail);
  return heldBack(mine, after, at, holdBackMs);
}

function lost(start: CaseFile, revokedBy: string[]): CaseFile {
  const revoked: RevokedHit[] = [
    { setId: "national", entryId: "entry-1", cause: "REVOCATION_CAUSE_WRONG_FILE", revokedBy },
  ];
  const seen = withMatch(start, match([], { version: 2, revoked }));
  return judged(start, seen, { kind: "wait" }, { decision: undefined, now: later(5) });
}

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

  test("its fall is one word: of who took the hit back, else of the list", () => {
    const carol = ["maintainer/carol", "maintainer/dave"];
    expect(published(lost(byMachine, carol)).doubt).toMatchObject({
      cause: "DOUBT_CAUSE_BASIS_REVOKED",
      raisedBy: carol,
    });
    expect(published(lost(byMachine, [])).doubt?.raisedBy).toEqual(["hash-list"]);
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
    expect(withoutWord(stayed, cause("STAY"))).toEqual(byMachine);
    const both = withoutWord(inDoubt(reopened, word("STAY", "operator/olga")), cause("STAY"));
    expect(published(both)).toEqual(published(reopened));
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

  test("held back, the first is in doubt as before; once told, it is withdrawn", () => {
    const held = decide(reopened, "NOT_ILLEGAL", ann, later(20), 60_000);
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

test("whoever does what in whatever order, no illegal is withdrawn by one person's word alone", () => {
  const person = fc.tuple(fc.constantFrom("assessor", "maintainer"), fc.constantFrom("ann", "ben", "carol"));
  const by = person.map(([kind, name]) => `${kind}/${name}`);
  const causes = fc.constantFrom("REOPENED", "REVIEW_UPHELD", "SECOND_LOOK", "BASIS_REVOKED", "STAY");
  const step = fc.oneof(
    fc.record({ raise: causes, by }),
    fc.record({ decide: fc.constantFrom("ILLEGAL", "NOT_ILLEGAL", "OUT_OF_SCOPE"), by }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let state: CaseFile = byMachine;
      const said: { seconds: number; by: string }[] = [];
      for (const [n, one] of steps.entries()) {
        if ("raise" in one) state = inDoubt(state, word(one.raise, one.by, n));
        else if (state.progress.kind === "queued") state = decide(state, one.decide, one.by, later(n));
        else continue;
        said.push({ seconds: n, by: one.by });
        for (const { withdrawsDecisionId, confirmedBy, decidedBy } of state.decisions) {
          if (confirmedBy === "") continue;
          expect(withdrawsDecisionId).not.toBe("");
          expect(isSamePerson(confirmedBy, decidedBy)).toBe(false);
          expect(said.map((each) => each.by)).toContain(confirmedBy);
        }
        const { doubt, decision, state: stands } = published(state);
        if (doubt !== undefined) expect(toldIllegal(state)?.decisionId).toBe(doubt.decisionId);
        if (doubt !== undefined && !doubt.lasting) expect(stands).toBe("CASE_STATE_QUEUED");
        if (decision?.verdict !== "VERDICT_ILLEGAL") expect(doubt === undefined).toBe(decision?.confirmedBy !== "");
      }
    }),
  );
});
