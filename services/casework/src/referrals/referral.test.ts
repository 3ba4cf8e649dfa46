import fc from "fast-check";
import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision, ReferralCause } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import { file, hit, later, match, noon, reports, target } from "../../test/facts.ts";
import type { CaseFile } from "../cases/case.ts";
import { granted } from "../refusal.ts";
import { acknowledged, ACKNOWLEDGED, referralOrder, referredByHand, withFeedback, withReferral } from "./referral.ts";

const sealed = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(3) };
const rules = { isPoliceRoute: (country: string) => country === "XP" };

function decision(change: Partial<Decision> = {}): Decision {
  return {
    decisionId: "decision-1",
    verdict: "VERDICT_ILLEGAL",
    decidedBy: "assessor/ann",
    decidedTime: noon,
    classifications: [],
    basis: "law",
    reason: sealed,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
    ...change,
  };
}

const seen = file({ target: target(), match: match([]) });
const decided = (change: Partial<CaseFile> = {}, made = decision()): CaseFile => ({
  ...seen,
  progress: { kind: "decided" },
  decisions: [made],
  ...change,
});
const refer = (before: CaseFile | undefined, after: CaseFile, now = noon) => withReferral(before, after, rules, now);
const causes = (before: CaseFile | undefined, after: CaseFile) => refer(before, after).referral?.causes;
const risk = { flags: { lifeAtRisk: { is: true, by: "assessor/ann", time: noon, reason: sealed } } };

describe("what police are told of", () => {
  const unknown: ReferralCause[] = ["REFERRAL_CAUSE_UNKNOWN_MATERIAL"];
  test.each<[string, CaseFile, ReferralCause[] | undefined]>([
    ["a person's illegal on what no list has", decided(), unknown],
    [
      "the same when it is gone already",
      decided({ target: target({ state: "TARGET_STATE_GONE", goneTime: noon }) }),
      unknown,
    ],
    ["illegal on what a list has", decided({ match: match([hit()]) }), undefined],
    [
      "illegal on what merely looks like it",
      decided({ match: match([hit({ algorithm: "ALGORITHM_BLOCKHASH256" })]) }),
      unknown,
    ],
    ["a machine's illegal", decided({}, decision({ decidedBy: MACHINE })), undefined],
    ["not illegal", decided({}, decision({ verdict: "VERDICT_NOT_ILLEGAL" })), undefined],
    [
      "illegal that is held back",
      decided({
        progress: {
          kind: "held",
          reason: "QUEUE_REASON_NO_HIT",
          queuedTime: noon,
          holder: "assessor/ann",
          dueTime: later(60),
        },
      }),
      undefined,
    ],
    ["a child in danger, by an assessor's word", file(risk), ["REFERRAL_CAUSE_LIFE_AT_RISK"]],
    [
      "a child in danger, by a report",
      file({ reports: reports({ lifeAtRisk: "said" }) }),
      ["REFERRAL_CAUSE_LIFE_AT_RISK"],
    ],
    [
      "no danger any more, by an assessor's word",
      file({
        reports: reports({ lifeAtRisk: "said" }),
        flags: { lifeAtRisk: { ...risk.flags.lifeAtRisk, is: false } },
      }),
      undefined,
    ],
    [
      "a child who reports what happened to them",
      file({ reports: reports({ victim: true }) }),
      ["REFERRAL_CAUSE_VICTIM"],
    ],
    [
      "known material where police have to be told",
      decided({ match: match([hit()]), target: target({ hostingCountry: "XP" }) }),
      ["REFERRAL_CAUSE_ABROAD"],
    ],
    [
      "the same while it is in doubt",
      decided({
        match: match([hit()]),
        target: target({ hostingCountry: "XP" }),
        doubt: { decisionId: "decision-1", sinceTime: noon, words: [] },
      }),
      undefined,
    ],
    [
      "a child's words without an address, which they let police have",
      file({ textOnly: true, reports: reports({ victim: true, victimConsents: true }) }),
      ["REFERRAL_CAUSE_VICTIM"],
    ],
    [
      "a child's words without an address, which are for the hotline alone",
      file({ textOnly: true, reports: reports({ victim: true }) }),
      undefined,
    ],
    ["what is hosted there and not illegal", file({ target: target({ hostingCountry: "XP" }) }), undefined],
    [
      "what is hosted somewhere else",
      decided({ match: match([hit()]), target: target({ hostingCountry: "XQ" }) }),
      undefined,
    ],
  ])("%s", (_, after, expected) => expect(causes(seen, after)).toEqual(expected));

  test("what a release decided that referred nothing is left alone", () => {
    expect(causes(decided(), decided({ reports: reports({ count: 2 }) }))).toBeUndefined();
  });

  test("that a list has it no more is no cause", () => {
    const known = decided({ match: match([hit()]) });
    expect(causes(known, { ...known, match: match([]) })).toBeUndefined();
  });
});

test("a write that changes nothing of it leaves the very same case", () => {
  const once = refer(seen, decided(risk));
  expect(refer(once, once, later(1))).toBe(once);
});

test("each cause once; another one offers it again, under the reference that police gave it", () => {
  const first = refer(seen, decided());
  const known = granted(acknowledged(first, "police/paul", "K-7", later(10)));
  const again = refer(known, { ...known, ...risk }, later(20));
  expect(again.referral).toEqual({
    causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL", "REFERRAL_CAUSE_LIFE_AT_RISK"],
    referredTime: noon,
    offeredTime: later(20),
    decisionId: "decision-1",
    policeReference: "K-7",
  });
  expect(refer(again, { ...again, flags: {} }).referral).toBe(again.referral);
});

describe("a decision that is taken back", () => {
  const withdrawal = decision({
    decisionId: "decision-2",
    verdict: "VERDICT_NOT_ILLEGAL",
    withdrawsDecisionId: "decision-1",
  });
  const first = refer(seen, decided());
  const alone = { ...first, decisions: [...first.decisions, withdrawal] };
  const both = { ...first, decisions: [...first.decisions, { ...withdrawal, confirmedBy: "assessor/ben" }] };

  test("by one word, police hear nothing; by two, since when", () => {
    expect(refer(first, alone, later(5)).referral).toBe(first.referral);
    expect(refer(alone, both, later(9)).referral).toMatchObject({ withdrawnTime: later(9), decisionId: "decision-1" });
  });

  test("decided again, it stands, and is referred once", () => {
    const withdrawn = refer(first, both, later(9));
    const again = { ...withdrawn, decisions: [...both.decisions, decision({ decisionId: "decision-3" })] };
    const { referral } = refer(withdrawn, again, later(20));
    expect(referral).toEqual({ ...first.referral, decisionId: "decision-3" });
  });

  test("police who have it are told that it is taken back, and that it stands again", () => {
    const had = (one: CaseFile, second: number) => granted(acknowledged(one, "police/paul", "K-7", later(second)));
    const known = had(first, 3);
    const withdrawn = refer(known, { ...known, decisions: both.decisions }, later(9));
    expect(withdrawn.referral).toMatchObject({
      withdrawnTime: later(9),
      offeredTime: later(9),
      policeReference: "K-7",
    });
    expect(withdrawn.referral?.acknowledged).toBeUndefined();
    const again = had(withdrawn, 12);
    const decisions = [...both.decisions, decision({ decisionId: "decision-3" })];
    const { referral } = refer(again, { ...again, decisions }, later(20));
    expect(referral).toEqual({
      ...first.referral,
      decisionId: "decision-3",
      offeredTime: later(20),
      policeReference: "K-7",
    });
  });

  test("of which police were not told as of a decision, says nothing", () => {
    const known = decided({ match: match([hit()]), ...risk });
    const referred = refer(seen, known);
    expect(refer(referred, { ...referred, decisions: both.decisions }, later(1)).referral).toBe(referred.referral);
  });
});

describe("by hand, acknowledged, with feedback", () => {
  const byHand = { by: "assessor/ann", reason: sealed };
  const feedback = (second: number) =>
    ({ outcome: "REFERRAL_OUTCOME_CHILD_SAFE", text: sealed, by: "police/paul", time: later(second) }) as const;

  test("a person refers any case, once", () => {
    const referred = granted(referredByHand(file(), byHand, noon));
    expect(referred.referral).toEqual({
      causes: ["REFERRAL_CAUSE_BY_HAND"],
      referredTime: noon,
      offeredTime: noon,
      byHand,
    });
    expect(referredByHand(referred, byHand, noon)).toMatchObject({ refused: "WRONG_STATE" });
  });

  test("what is not referred is neither acknowledged nor answered; what is not acknowledged is not answered", () => {
    expect(acknowledged(file(), "police/paul", "K-7", noon)).toMatchObject({ refused: "WRONG_STATE" });
    expect(withFeedback(file(), feedback(1))).toMatchObject({ refused: "WRONG_STATE" });
    expect(withFeedback(refer(seen, decided()), feedback(1))).toMatchObject({ refused: "WRONG_STATE" });
  });

  test("it is acknowledged once, and answered as often as there is something to say: the newest 20 are kept", () => {
    let one = granted(acknowledged(refer(seen, decided()), "police/paul", "K-7", later(1)));
    expect(acknowledged(one, "police/petra", "K-8", later(2))).toMatchObject({ refused: "WRONG_STATE" });
    for (let i = 1; i <= 25; i++) one = granted(withFeedback(one, feedback(i)));
    expect(one.referral?.feedback).toHaveLength(20);
    expect(one.referral?.feedback?.at(-1)).toEqual(feedback(25));
  });

  test("what is offered again under its reference is answered all the same, and waits since then", () => {
    const known = granted(acknowledged(refer(seen, decided()), "police/paul", "K-7", later(1)));
    const again = refer(known, { ...known, ...risk }, later(20));
    expect(granted(withFeedback(again, feedback(21))).referral?.feedback).toEqual([feedback(21)]);
    const waiting = refer(file(), file(risk), later(10));
    expect((referralOrder(waiting) ?? "") < (referralOrder(again) ?? "")).toBe(true);
  });
});

test("a child in danger is before what waits longer", () => {
  const waiting = refer(seen, decided(), later(10));
  const danger = refer(file(), file(risk), later(20));
  expect((referralOrder(danger) ?? "") < (referralOrder(waiting) ?? "")).toBe(true);
  expect((referralOrder(danger) ?? "") < ACKNOWLEDGED).toBe(true);
});

test("what waits longest is first, then what was acknowledged last", () => {
  const at = (second: number) => refer(seen, decided(), later(second));
  const known = (second: number) => granted(acknowledged(at(0), "police/paul", "K", later(second)));
  const ordered = [at(1), at(2), known(9), known(8)].map((one) => referralOrder(one) ?? "");
  expect(ordered).toEqual(ordered.toSorted());
  expect(ordered.map((order) => order < ACKNOWLEDGED)).toEqual([true, true, false, false]);
  expect(referralOrder(file())).toBeUndefined();
});

test("whatever comes in whatever order: no cause twice, none is lost, and a repeat changes nothing", () => {
  const withdrawn = decision({
    decisionId: "decision-2",
    verdict: "VERDICT_NOT_ILLEGAL",
    withdrawsDecisionId: "decision-1",
    confirmedBy: "assessor/ben",
  });
  const steps: ((one: CaseFile) => CaseFile)[] = [
    (one) => ({
      ...one,
      decisions: [...one.decisions, decision({ decisionId: `decision-${one.decisions.length + 1}` })],
    }),
    (one) => (one.decisions.length === 1 ? { ...one, decisions: [...one.decisions, withdrawn] } : one),
    (one) => ({ ...one, ...risk }),
    (one) => ({ ...one, reports: reports({ victim: true }) }),
    (one) => ({ ...one, match: match([hit()]) }),
    (one) => ({ ...one, target: target({ hostingCountry: "XP" }) }),
    (one) => (one.referral === undefined ? one : orSame(one, acknowledged(one, "police/paul", "K", noon))),
    (one) => orSame(one, referredByHand(one, { by: "assessor/ann", reason: sealed }, noon)),
  ];
  fc.assert(
    fc.property(fc.array(fc.nat(steps.length - 1), { maxLength: 12 }), (order) => {
      let one: CaseFile = { ...seen, progress: { kind: "decided" } };
      for (const [i, step] of order.entries()) {
        const before = one;
        const after = steps[step]?.(before) ?? before;
        one = withReferral(before, after, rules, later(i));
        expect(withReferral(before, one, rules, later(i + 1))).toBe(one);
        const had = before.referral?.causes ?? [];
        expect(one.referral?.causes.slice(0, had.length) ?? []).toEqual(had);
        if ((one.referral?.causes.length ?? 0) > had.length && step !== 6)
          expect(one.referral?.acknowledged).toBeUndefined();
      }
      const told = one.referral?.causes ?? [];
      expect(new Set(told).size).toBe(told.length);
      expect(told.includes("REFERRAL_CAUSE_VICTIM")).toBe(order.includes(3));
      expect(told.includes("REFERRAL_CAUSE_BY_HAND")).toBe(order.includes(7));
    }),
  );
});

function orSame(one: CaseFile, next: CaseFile | { refused: string }): CaseFile {
  return "refused" in next ? one : next;
}
