import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision, Verdict } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { withMatch, withTarget, type CaseFile } from "../cases/case.ts";
import { judged } from "../policies/judged.ts";
import { published } from "../cases/publish.ts";
import { decide } from "../../test/doubts.ts";
import { file, hit, later, match, noon, reports, sha256, target } from "../../test/facts.ts";
import { passedOn, precedentAmong, untoldSince, withoutPrecedent, withPrecedent, type Precedent } from "./precedent.ts";

const made = (verdict: Verdict, decidedBy: string, change: Partial<Decision> = {}): Decision => ({
  decisionId: "D1",
  verdict,
  decidedBy,
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
  ...change,
});
const shown = (byte: number) =>
  target({ fingerprints: [{ algorithm: "ALGORITHM_SHA256", value: new Uint8Array(32).fill(byte), quality: 0 }] });
const innocent = made("VERDICT_NOT_ILLEGAL", "assessor/ann");
const first: CaseFile = file({
  progress: { kind: "decided" },
  decisions: [innocent],
  target: shown(1),
  match: match([hit()]),
  reports: reports({ newestTime: later(-5) }),
});
const second = (change: Partial<CaseFile> = {}) =>
  file({ caseId: "case-2", episode: 2, target: shown(1), progress: { kind: "open" }, ...change });
const of = (earlier: CaseFile[], one: CaseFile) => precedentAmong(earlier, one);
const held = (one: CaseFile, precedent: Precedent | undefined = of([first], one)) =>
  withPrecedent(one, precedent, "D2", later(9));

describe("what a person said of an earlier episode", () => {
  test("holds for the same bytes alone", () => {
    expect(of([first], second())).toMatchObject({ caseId: "case-1", decision: innocent, isSettled: true });
    expect(of([first], second({ target: shown(2) }))).toBeUndefined();
    expect(of([first], second({ target: undefined }))).toBeUndefined();
    expect(of([{ ...first, target: target() }], second({ target: target() }))).toBeUndefined();
  });

  test("holds over what machines said and what else was there since; a person's later word counts", () => {
    const illegal = { ...first, caseId: "newer", decisions: [made("VERDICT_ILLEGAL", "assessor/ben")] };
    const machine = { ...illegal, decisions: [made("VERDICT_ILLEGAL", MACHINE)] };
    const placeholder = { ...illegal, target: shown(9) };
    expect(of([machine, placeholder, first], second())?.caseId).toBe("case-1");
    expect(of([illegal, first], second())).toBeUndefined();
    expect(of([{ ...first, decisions: [made("VERDICT_OUT_OF_SCOPE", "assessor/ann")] }], second())).toBeUndefined();
  });

  test("holds for what the person saw, not for what was there later", () => {
    const opened = {
      ...first,
      decisions: [],
      progress: { kind: "queued", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon } as const,
    };
    const decidedThen = decide(opened, "NOT_ILLEGAL", "assessor/ann");
    const swapped = withTarget(decidedThen, { ...shown(2), version: 2 });
    expect(of([swapped], second({ target: shown(2) }))).toBeUndefined();
    expect(of([swapped], second())).toMatchObject({ caseId: "case-1" });
    const unknown = decide({ ...opened, target: target() }, "NOT_ILLEGAL", "assessor/ann");
    expect(of([withTarget(unknown, { ...shown(2), version: 2 })], second({ target: shown(2) }))).toBeUndefined();
    const alike = held(second(), of([swapped], second()));
    const again = withTarget(alike, { ...shown(3), version: 9 });
    expect(of([again], second({ episode: 3, target: shown(3) }))).toBeUndefined();
    expect(of([again], second({ episode: 3 }))).toMatchObject({ caseId: "case-2" });
  });

  test("is the newest by its own time: what an episode between took over is nobody's newer word", () => {
    const taken = held(second());
    const third = second({ caseId: "case-3", episode: 3 });
    expect(of([taken, first], third)).toMatchObject({ caseId: "case-2", isSettled: true });
    const asks = { kind: "queued", reason: "QUEUE_REASON_REOPENED", queuedTime: noon } as const;
    expect(of([taken, { ...first, progress: asks }], third)).toMatchObject({ isSettled: false });
    const illegal = made("VERDICT_ILLEGAL", "assessor/sue", { decisionId: "D3", decidedTime: later(60) });
    const overturned = { ...first, decisions: [innocent, illegal] };
    expect(of([taken, overturned], third)).toBeUndefined();
  });

  test("while that case waits, it settles nothing", () => {
    const progress = { kind: "queued", reason: "QUEUE_REASON_REOPENED", queuedTime: noon } as const;
    const waits = of([{ ...first, progress }], second());
    expect(waits?.isSettled).toBe(false);
    const one = second();
    expect(held(one, waits)).toBe(one);
  });
});

describe("a case that nobody has decided", () => {
  test("is decided alike; hits that the person knew change nothing", () => {
    for (const known of [undefined, match([]), match([hit()])]) {
      expect(published(held(second({ match: known })))).toMatchObject({
        state: "CASE_STATE_DECIDED",
        decision: { ...innocent, decisionId: "D2" },
        doubt: undefined,
      });
    }
    expect(held(second())).toMatchObject({ precedent: { caseId: "case-1" } });
  });

  test("waits with the decision for hits that the person did not know", () => {
    const after = held(second({ match: match([hit(), sha256({ setId: "other" })]) }));
    expect(published(after)).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_NEW_EVIDENCE",
      decision: { verdict: "VERDICT_NOT_ILLEGAL" },
    });
  });

  test("is left decided by hits that the person knew and that come later; others bring it back", () => {
    const alike = held(second());
    const after = (one: Hit) => {
      const seen = withMatch(alike, match([one]));
      return judged(alike, seen, { kind: "automatic", hit: one }, { decision: undefined, now: later(9) });
    };
    expect(after(hit()).progress).toEqual({ kind: "decided" });
    expect(published(after(sha256({ setId: "other" }))).queueReason).toBe("QUEUE_REASON_NEW_EVIDENCE");
  });

  test("waits for a report that is newer than the decision", () => {
    const after = held(second({ reports: reports({ newestTime: later(5) }) }));
    expect(published(after).queueReason).toBe("QUEUE_REASON_REPORTED_AGAIN");
    expect(held(second({ reports: reports({ newestTime: later(-9) }) })).progress.kind).toBe("decided");
  });

  test("is left to the person who has it in hand", () => {
    const claim = { holder: "assessor/ben", claimExpireTime: later(1800), queuedTime: noon };
    const claimed = second({ progress: { kind: "claimed", reason: "QUEUE_REASON_NO_HIT", ...claim } });
    expect(held(claimed)).toBe(claimed);
  });

  test("of a decision that was withdrawn by two it takes over what was said, not the withdrawal", () => {
    const withdrawn = made("VERDICT_NOT_ILLEGAL", "assessor/ann", { withdrawsDecisionId: "D0", confirmedBy: "m/ben" });
    const after = held(second(), of([{ ...first, decisions: [withdrawn] }], second()));
    expect(after.decisions).toEqual([{ ...innocent, decisionId: "D2" }]);
  });
});

describe("a case that is decided", () => {
  test("by a machine is in doubt by the word of each person, once", () => {
    const illegal = second({ progress: { kind: "auto_decided" }, decisions: [made("VERDICT_ILLEGAL", MACHINE)] });
    const after = held(illegal);
    expect(published(after)).toMatchObject({
      queueReason: "QUEUE_REASON_WITHDRAWAL",
      doubt: { cause: "DOUBT_CAUSE_DECIDED_OTHERWISE", raisedBy: ["assessor/ann"] },
    });
    expect(held(after)).toBe(after);
    const by = (confirmedBy: string) => ({ ...first, decisions: [{ ...innocent, confirmedBy }] });
    const words = (confirmedBy: string) => held(illegal, of([by(confirmedBy)], illegal)).doubt?.words.length;
    expect([words("maintainer/ben"), words("hash-list")]).toEqual([2, 1]);
  });

  test("by a person is left as it is", () => {
    const illegal = second({ progress: { kind: "decided" }, decisions: [made("VERDICT_ILLEGAL", "assessor/ben")] });
    expect(held(illegal)).toBe(illegal);
  });
});

test("what took over a word that was changed since is a person's again, once", () => {
  const taken = held(second());
  const illegal = made("VERDICT_ILLEGAL", "assessor/sue", { decisionId: "D3", decidedTime: later(60) });
  const overturned: CaseFile = { ...passedOn(first), decisions: [innocent, illegal] };
  expect(untoldSince(overturned)).toEqual(later(60));
  const back = withoutPrecedent(taken, [overturned], later(70));
  expect(published(back)).toMatchObject({ queueReason: "QUEUE_REASON_NEW_EVIDENCE", decision: { decisionId: "D2" } });
  expect(withoutPrecedent(taken, [first], later(70))).toBe(taken);
  expect(withoutPrecedent(second(), [overturned], later(70))).toMatchObject({ progress: { kind: "open" } });
  const own = decide(back, "NOT_ILLEGAL", "assessor/ben");
  expect(withoutPrecedent(own, [overturned], later(90))).toBe(own);
});

test("later episodes are told once of each NOT_ILLEGAL of a person, when it waits for nobody", () => {
  expect(untoldSince(first)).toEqual(noon);
  const told = passedOn(first);
  expect(untoldSince(told)).toBeUndefined();
  expect(passedOn(told)).toBe(told);
  expect(untoldSince({ ...told, decisions: [{ ...innocent, decisionId: "D3" }] })).toEqual(noon);
  expect(untoldSince({ ...first, progress: { kind: "open" } })).toBeUndefined();
  expect(untoldSince({ ...first, decisions: [made("VERDICT_ILLEGAL", "assessor/ann")] })).toBeUndefined();
  expect(untoldSince({ ...first, decisions: [made("VERDICT_NOT_ILLEGAL", MACHINE)] })).toBeUndefined();
});
