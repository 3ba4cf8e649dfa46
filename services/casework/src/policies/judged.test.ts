import { decisionInForce, MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Hit, RevokedHit } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { withMatch, type CaseFile, type Progress } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import type { SeenMatch } from "../evidence/seen.ts";
import { groundsOf } from "./grounds.ts";
import { judged } from "./judged.ts";
import { withDecidedOn } from "../precedents/decided-on.ts";
import type { Judgement } from "./policy.ts";
import { file, hit, match, negative, noon, sha256, takenBack, target } from "../../test/facts.ts";

const automatic: Judgement = { kind: "automatic", hit: hit() };
const queue = (reason: string) => ({ kind: "queue", reason: `QUEUE_REASON_${reason}` }) as Judgement;
const queuedFor = (reason: string) =>
  ({ kind: "queued", reason: `QUEUE_REASON_${reason}`, queuedTime: noon }) as Progress;
const none = { decision: undefined, now: noon };
const decision: Decision = {
  decisionId: "d",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: MACHINE,
  decidedTime: noon,
  classifications: [],
  basis: "PDQ distance 12 of 31; set national, release release-1, entry entry-1, votes 2",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
};
const old = file({
  progress: { kind: "auto_decided" },
  decisions: [decision],
  match: match([hit()]),
  target: target(),
});
const byMachine = { ...old, grounds: groundsOf([hit()]) };

describe("given an automatic decision", () => {
  test("one of release 0.2 rests on the hit that its basis names; where none can be read it stands", () => {
    const lost = (from: CaseFile) => judged(from, withMatch(from, takenBack(2)), queue("NO_HIT"), none);
    expect(lost(old).progress).toEqual(queuedFor("BASIS_REVOKED"));
    const unread = { ...old, decisions: [{ ...decision, basis: "" }] };
    expect(lost(unread).progress).toEqual({ kind: "auto_decided" });
  });

  test("one that another hit decides too outlives the loss of the first", () => {
    const other = hit({ setId: "other", entryId: "e2" });
    const both = judged(byMachine, withMatch(byMachine, match([hit(), other], { version: 2 })), automatic, none);
    const needsPerson = match([{ ...other, autoIssue: false }], { version: 3 });
    const after = judged(both, withMatch(both, needsPerson), queue("SET_NEEDS_PERSON"), none);
    expect(after.progress).toEqual({ kind: "auto_decided" });
    const first = judged(after, withMatch(after, takenBack(4)), queue("NO_HIT"), none);
    expect(first.progress).toEqual({ kind: "auto_decided" });
    const both2 = judged(first, withMatch(first, takenBack(5, other)), queue("NO_HIT"), none);
    expect(both2.progress).toEqual(queuedFor("BASIS_REVOKED"));
  });

  test("one whose entry was withdrawn, not called wrong, stands; once its content is another, a person sees", () => {
    const decided = { ...byMachine, decidedContent: 1 };
    const lost = (cause: RevokedHit["cause"], contentRevision = 1) =>
      judged(decided, withMatch(decided, takenBack(2, { cause, contentRevision })), queue("NO_HIT"), none);
    const stands = lost("REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR");
    expect(stands.progress).toEqual({ kind: "auto_decided" });
    const again = judged(stands, withMatch(stands, match([], { version: 3 })), queue("NO_HIT"), none);
    expect(again).toMatchObject({ progress: { kind: "auto_decided" }, grounds: stands.grounds });
    expect(lost("REVOCATION_CAUSE_NOT_ILLEGAL").progress).toEqual(queuedFor("BASIS_REVOKED"));
    expect(lost("REVOCATION_CAUSE_UNSPECIFIED").progress).toEqual(queuedFor("BASIS_REVOKED"));
    expect(lost("REVOCATION_CAUSE_EXPIRED", 2).progress).toEqual(queuedFor("SOMETHING_ELSE"));
  });

  const seeing = (from: CaseFile, hits: Hit[], version = 2) =>
    judged(from, withMatch(from, match(hits, { version })), queue("CONFLICT"), none);
  const decidedOn = (by: Hit) => ({ ...byMachine, match: match([by]), grounds: groundsOf([by]) });

  test("one on likeness that a negative set speaks against falls", () => {
    const after = seeing(decidedOn(hit()), [hit(), negative()]);
    expect(after).toMatchObject({ progress: queuedFor("NEGATIVE_SET"), doubt: { decisionId: "d" } });
  });

  test("one on equal bytes stands, and a person sees that a negative set has them, too; once", () => {
    const innocent = sha256({ setId: "innocent", setRole: "SET_ROLE_NEGATIVE" });
    const after = seeing(decidedOn(sha256()), [sha256(), innocent]);
    expect(after.progress).toEqual(queuedFor("CONFLICT"));
    expect([after.doubt, after.grounds]).toEqual([undefined, groundsOf([sha256()])]);
    expect(decisionInForce(published(after))).toMatchObject({ decisionId: "d" });
    expect(seeing(after, [sha256(), innocent, negative()], 3)).toMatchObject({ progress: after.progress });
    expect(seeing(after, [sha256()], 3)).toMatchObject({ progress: after.progress });
  });

  test("one that waits for a person already waits for what it did", () => {
    const progress = queuedFor("REOPENED");
    expect(seeing({ ...decidedOn(sha256()), progress }, [sha256(), negative()]).progress).toEqual(progress);
  });

  test("one on equal bytes of an earlier release, which decided beside a negative set, is no news", () => {
    const hits = [sha256(), negative()];
    const before = { ...decidedOn(sha256()), match: match(hits) };
    expect(seeing(before, [...hits, hit({ distance: 40 })]).progress).toEqual({ kind: "auto_decided" });
  });

  test("one whose entry was called wrong and is given back stays a person's: no machine decides it again", () => {
    const wrong = judged(byMachine, withMatch(byMachine, takenBack(2)), queue("NO_HIT"), none);
    const back = judged(wrong, withMatch(wrong, match([hit()], { version: 3 })), automatic, none);
    expect(back).toMatchObject({ progress: queuedFor("BASIS_REVOKED"), match: { hits: [hit()] } });
    expect(back.decisions).toHaveLength(1);
  });

  test("one that never heard of it stands on the entry that was given back, and is not what was called wrong", () => {
    const back = judged(byMachine, withMatch(byMachine, match([hit()], { version: 4 })), automatic, none);
    const dropped = judged(back, withMatch(back, match([], { version: 5 })), queue("NO_HIT"), none);
    expect(dropped.progress).toEqual({ kind: "auto_decided" });
  });

  test("one whose entry becomes disputed stands, and who decides on it hears of that", () => {
    const seen = withMatch(byMachine, match([hit({ disputed: true })], { version: 2 }));
    expect(seen.evidenceRevision).toBe(byMachine.evidenceRevision + 1);
    const after = judged(byMachine, seen, queue("DISPUTED"), none);
    expect(after).toMatchObject({ progress: { kind: "auto_decided" }, grounds: byMachine.grounds });
  });

  test("one whose entry is disabled for a time stands meanwhile, and as before once it is back", () => {
    const away = judged(byMachine, withMatch(byMachine, match([], { version: 2 })), queue("NO_HIT"), none);
    const back = judged(away, withMatch(away, match([hit()], { version: 3 })), automatic, none);
    expect([away.progress, back.progress]).toEqual([{ kind: "auto_decided" }, { kind: "auto_decided" }]);
    expect(back.grounds).toEqual(byMachine.grounds);
  });

  test("one whose entry a list has no more stands, and falls once that entry is called wrong", () => {
    const dropped = judged(byMachine, withMatch(byMachine, match([], { version: 2 })), queue("NO_HIT"), none);
    expect(dropped).toMatchObject({ progress: { kind: "auto_decided" }, grounds: { hits: [{ unlisted: true }] } });
    const wrong = judged(dropped, withMatch(dropped, takenBack(3)), queue("NO_HIT"), none);
    expect(wrong).toMatchObject({ progress: queuedFor("BASIS_REVOKED"), grounds: { hits: [] } });
    const forgotten = match([], { version: 4 });
    expect(judged(wrong, withMatch(wrong, forgotten), queue("NO_HIT"), none).progress).toEqual(wrong.progress);
  });
});

test("given what a person has decided, a hit of then that was away for a time is no news; of other bytes it is", () => {
  const bytes = (first: number) => ({
    ...target(),
    fingerprints: [{ algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32).fill(first), quality: 0 }],
  });
  const verdict = { ...decision, decidedBy: "assessor/ann", verdict: "VERDICT_NOT_ILLEGAL" as const };
  const decided = file({
    progress: { kind: "decided" },
    decisions: [verdict],
    match: match([hit()]),
    target: bytes(1),
  });
  const before = withDecidedOn(decided, verdict.decisionId);
  const away = judged(before, withMatch(before, match([], { version: 2 })), queue("NO_HIT"), none);
  const back = (from: CaseFile, by = hit()) =>
    judged(from, withMatch(from, match([by], { version: 3 })), queue("DISPUTED"), none).progress;
  expect(back(away)).toEqual({ kind: "decided" });
  expect(back(away, hit({ setId: "another" }))).toEqual(queuedFor("NEW_EVIDENCE"));
  expect(back({ ...away, target: bytes(2) })).toEqual(queuedFor("NEW_EVIDENCE"));
});

describe("given a thousand automatic decisions on one set", () => {
  const entry = (n: number) =>
    hit({ entryId: `e${n}`, ...(n % 2 === 0 && { algorithm: "ALGORITHM_SHA256" as const }) });
  const cases = Array.from({ length: 1000 }, (_, n) => ({
    ...old,
    match: match([entry(n)], { contentRevision: 1 }),
    grounds: groundsOf([entry(n)]),
    decidedContent: 1,
  }));
  const fallen = (next: (n: number) => SeenMatch, says: Judgement) =>
    cases
      .map((before, n) => judged(before, withMatch(before, { contentRevision: 1, ...next(n) }), says, none))
      .filter(({ progress }) => progress.kind !== "auto_decided");

  test("when its contributor withdraws a tenth of it, by a release or by name, none falls", () => {
    const dropped = (n: number) => match(n % 10 === 0 ? [] : [entry(n)], { version: 2 });
    expect(fallen(dropped, queue("NO_HIT"))).toEqual([]);
    const cause = "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR";
    const named = (n: number) => (n % 10 === 0 ? takenBack(2, { entryId: `e${n}`, cause }) : dropped(n));
    expect(fallen(named, queue("NO_HIT"))).toEqual([]);
  });

  test("when the set's policy, its threshold, its votes or the policy here are others, none falls", () => {
    const others = [{ autoIssue: false }, { minVotes: 9 }, { votes: 0 }, { threshold: 0 }] as const;
    const judgements = [queue("SET_NEEDS_PERSON"), queue("TOO_FEW_VOTES"), queue("NOMINATED_ONLY"), queue("NO_HIT")];
    for (const [nth, change] of others.entries()) {
      const changed = (n: number) => match([{ ...entry(n), ...change }], { version: 2 });
      expect(fallen(changed, judgements[nth] ?? queue("NO_HIT"))).toEqual([]);
    }
    expect(fallen(() => match([], { version: 2 }), queue("NO_HIT"))).toEqual([]);
  });
});

describe("given a file that a person saw and decided, when a list has it by now", () => {
  const print = (first: number) => ({
    algorithm: "ALGORITHM_SHA256" as const,
    value: new Uint8Array(32).fill(first),
    quality: 0,
  });
  const seen = { persons: ["assessor/ann"], fingerprints: [print(1)] };
  const equal = sha256({ setId: "national", distance: 0 });
  const after = (change: Partial<Decision>, ...hits: Hit[]) => {
    const said = { ...decision, decidedBy: "assessor/ann", seen, ...change };
    const there = { ...target(), fingerprints: [print(1)] };
    const decided = file({ progress: { kind: "decided" }, decisions: [said], match: match([]), target: there });
    const listed = withMatch(decided, match(hits, { version: 2 }));
    return { ...judged(decided, listed, queue("SET_NEEDS_PERSON"), none), before: decided };
  };

  test("an illegal one stays decided: that decision may be why", () => {
    for (const { progress, evidenceRevision, before } of [
      after({}, equal),
      after({ seen: undefined, clusterCaseId: "c" }, hit({ distance: 9 })),
    ]) {
      // Whoever has it before them decides on what they saw.
      expect([progress, evidenceRevision]).toEqual([{ kind: "decided" }, before.evidenceRevision]);
    }
  });

  test.each<[string, Partial<Decision>, Hit]>([
    ["what is only like a listed one", {}, hit({ distance: 9 })],
    ["what a negative set has", {}, negative({ algorithm: "ALGORITHM_SHA256", distance: 0 })],
    ["what is not illegal", { verdict: "VERDICT_NOT_ILLEGAL" }, equal],
    ["what nobody saw", { seen: undefined }, equal],
    ["other bytes than those that were seen", { seen: { ...seen, fingerprints: [print(2)] } }, equal],
  ])("%s is a person's again", (_, change, one) => {
    expect(after(change, one).progress).toEqual(queuedFor("NEW_EVIDENCE"));
  });
});

describe("given a picture that a person has decided, when it is like what was derived of another", () => {
  const derived = hit({
    setId: "own/derived",
    setRole: "SET_ROLE_DERIVED",
    votes: 0,
    minVotes: 0,
    nominatesOnly: true,
  });
  const after = (verdict: "VERDICT_ILLEGAL" | "VERDICT_NOT_ILLEGAL", ...hits: Hit[]) => {
    const decision = { ...byMachine.decisions[0], decisionId: "P", decidedBy: "assessor/ann", verdict } as Decision;
    const before: CaseFile = { ...old, progress: { kind: "decided" }, decisions: [decision], match: match([]) };
    return judged(before, withMatch(before, match(hits, { version: 2 })), queue("NOMINATED_ONLY"), none).progress;
  };

  test("then an illegal one stays decided: else each of a series would bring back all others", () => {
    expect(after("VERDICT_ILLEGAL", derived)).toEqual({ kind: "decided" });
    expect(after("VERDICT_ILLEGAL", derived, hit())).toEqual(queuedFor("NEW_EVIDENCE"));
  });

  test("then an illegal page stays decided where what it shows is, and one that was not is shown again", () => {
    const shown = (...hits: Hit[]) => ({
      ...match([], { version: 2 }),
      page: { items: [{ itemTargetId: "item", hits }], counts: { known: 0, near: 1, unknown: 0, notJudged: 0 } },
    });
    const afterPage = (verdict: "VERDICT_ILLEGAL" | "VERDICT_NOT_ILLEGAL", ...hits: Hit[]) => {
      const decision = { ...byMachine.decisions[0], decisionId: "P", decidedBy: "assessor/ann", verdict } as Decision;
      const before: CaseFile = { ...old, progress: { kind: "decided" }, decisions: [decision], match: match([]) };
      const seen = withMatch(before, shown(...hits));
      expect(seen.evidenceRevision - before.evidenceRevision).toBe(hits.length - 1);
      return judged(before, seen, queue("PAGE_ITEMS"), none).progress;
    };
    expect(afterPage("VERDICT_ILLEGAL", derived)).toEqual({ kind: "decided" });
    expect(afterPage("VERDICT_ILLEGAL", derived, hit())).toEqual(queuedFor("NEW_EVIDENCE"));
    expect(afterPage("VERDICT_NOT_ILLEGAL", derived)).toEqual(queuedFor("NEW_EVIDENCE"));
  });

  test("then one that was not is shown again", () => {
    expect(after("VERDICT_NOT_ILLEGAL", derived)).toEqual(queuedFor("NEW_EVIDENCE"));
  });
});

test("given a case that waits, when what was derived of another picture is like it, then its reason says so and no assessor's word is late", () => {
  const derived = hit({
    setId: "own/derived",
    setRole: "SET_ROLE_DERIVED",
    votes: 0,
    minVotes: 0,
    nominatesOnly: true,
  });
  const before = file({
    progress: { kind: "queued", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon },
    match: match([]),
  });
  const like = withMatch(before, match([derived], { version: 2 }));
  expect(like.evidenceRevision).toBe(before.evidenceRevision);
  expect(judged(before, like, queue("NOMINATED_ONLY"), none).progress).toMatchObject(queuedFor("NOMINATED_ONLY"));
  expect(withMatch(before, match([derived, hit()], { version: 2 })).evidenceRevision).toBe(before.evidenceRevision + 1);
});
