import { describe, expect, test } from "vitest";
import { withMatch, type CaseFile } from "../cases/case.ts";
import { groundsOf } from "../policies/grounds.ts";
import { inDoubt } from "../doubts/doubt.ts";
import { byMachine, decide, granted, lost, made, word } from "../../test/doubts.ts";
import { file, hit, later, match, sha256 } from "../../test/facts.ts";
import { confirmed } from "../doubts/confirm.ts";
import { causeKey, causeKeys, restsOn, standingOf, type What } from "./causes.ts";

const basis = "PDQ distance 12 of 31; set national, release release-1, entry entry-1, votes 2";
const decided = { ...byMachine, decisions: [{ ...made("VERDICT_ILLEGAL", "machine", "D1"), basis }] };
const entry = (setId = "national", entryId = "entry-1"): What => ({ $case: "entry", value: { setId, entryId } });
const set: What = { $case: "setId", value: "national" };
const release = (value: string): What => ({ $case: "releaseId", value });
const person = (value: string): What => ({ $case: "person", value });
const every = [entry(), set, release("release-1")];
const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const named = (of: CaseFile, what: What, part: Parameters<typeof causeKey>[1] = "all") =>
  causeKeys(of).includes(causeKey(what, part));

describe("given what a machine decided by one hit", () => {
  test("it is found by its entry, its set and its release, and rests on each", () => {
    for (const what of every) {
      expect(named(decided, what, "STANDING_IN_FORCE")).toBe(true);
      expect(named(decided, what, "resting STANDING_IN_FORCE")).toBe(true);
    }
    expect(named(decided, entry("national", "another"))).toBe(false);
    expect(named(decided, person("machine"))).toBe(false);
  });

  test("it is found so still once that hit was taken back, and reopened, and withdrawn", () => {
    const fallen = lost(decided, []);
    const reopened = inDoubt(decided, word("REOPENED", "assessor/ben"));
    for (const start of [fallen, reopened]) {
      for (const what of every) expect(named(start, what, "resting STANDING_IN_DOUBT")).toBe(true);
      const confirming = { person: "assessor/ann", decisionId: "D1", reason };
      const withdrawn = granted(confirmed(start, confirming, later(50)));
      expect(standingOf(withdrawn)).toBe("STANDING_WITHDRAWN");
      for (const what of [...every, person("ann")]) expect(named(withdrawn, what, "STANDING_WITHDRAWN")).toBe(true);
    }
  });

  test("where another set decides the same, it rests on neither alone; on both their entries' release it does", () => {
    const hits = [hit(), sha256({ setId: "other", entryId: "o1" })];
    const both = { ...decided, match: match(hits), grounds: groundsOf(hits) };
    expect([entry(), set, entry("other", "o1")].map((what) => restsOn(both, what))).toEqual([false, false, false]);
    expect(restsOn(both, release("release-1"))).toBe(true);
  });

  test("it rests on the rule by which it was decided, as long as no hit of another kind decides too", () => {
    const rule = (value: string): What => ({ $case: "rule", value });
    expect(named(decided, rule("pdq"), "resting STANDING_IN_FORCE")).toBe(true);
    expect(named(lost(decided, []), rule("pdq"), "resting STANDING_IN_DOUBT")).toBe(true);
    const both = { ...decided, match: match([hit(), sha256()]), grounds: groundsOf([hit(), sha256()]) };
    expect([restsOn(both, rule("pdq")), restsOn(both, rule("sha256")), named(both, rule("sha256"))]).toEqual([
      false,
      false,
      true,
    ]);
    expect(named(decided, rule("sha256"))).toBe(false);
  });

  test("an entry that a newer release lists still does not rest on the one before", () => {
    const newer = withMatch(decided, match([hit({ releaseId: "release-2" })], { version: 2 }));
    expect([restsOn(newer, release("release-1")), restsOn(newer, release("release-2"))]).toEqual([false, true]);
    expect(named(newer, release("release-1"))).toBe(true);
  });

  test("what only nominates is found, but nothing rests on it", () => {
    const hits = [hit(), hit({ algorithm: "ALGORITHM_BLOCKHASH256", setId: "other", entryId: "o1" })];
    const nominated = { ...decided, match: match(hits) };
    expect(named(nominated, entry("other", "o1"), "STANDING_IN_FORCE")).toBe(true);
    expect(restsOn(nominated, entry("other", "o1"))).toBe(false);
  });
});

describe("given what a person decided", () => {
  const open = file({ match: match([hit({ autoIssue: false })]), progress: lost(byMachine, []).progress });
  const byAnn = decide(open, "ILLEGAL", "assessor/ann");

  test("it rests on that person under every kind of identity, and on no list", () => {
    expect(named(byAnn, person("ann"), "resting STANDING_IN_FORCE")).toBe(true);
    expect(named(byAnn, set, "STANDING_IN_FORCE")).toBe(true);
    expect(restsOn(byAnn, set)).toBe(false);
  });

  test("where a hit decides the same by itself, it does not rest on the person alone", () => {
    expect(restsOn({ ...byAnn, match: match([hit()]) }, person("ann"))).toBe(false);
  });

  test("who decided not illegal is found, with nothing that rests on it", () => {
    const other = decide(open, "NOT_ILLEGAL", "assessor/ann");
    expect(standingOf(other)).toBe("STANDING_DECIDED_OTHERWISE");
    expect(named(other, person("ann"))).toBe(true);
    expect(restsOn(other, person("ann"))).toBe(false);
  });
});

test("given nothing that was decided, its hits are found as undecided", () => {
  const open = file({ match: match([hit()]) });
  for (const what of every) expect(named(open, what, "STANDING_UNDECIDED")).toBe(true);
  expect(causeKeys(file())).toEqual([]);
});

describe("given a decision about a cluster", () => {
  const cluster: What = { $case: "clusterCaseId", value: "star" };
  const illegal = made("VERDICT_ILLEGAL", "assessor/ann", "D1");
  const star = file({
    caseId: "star",
    progress: { kind: "decided" },
    decisions: [illegal],
    cluster: { decisionId: "D1", members: [] },
  });
  const member = file({ progress: { kind: "decided" }, decisions: [{ ...illegal, clusterCaseId: "star" }] });

  test("the case that was looked at and each that was decided with it are found by its id, and rest on it", () => {
    for (const one of [star, member]) expect(named(one, cluster, "resting STANDING_IN_FORCE")).toBe(true);
    expect(named(file({ caseId: "star", decisions: [illegal] }), cluster)).toBe(false);
  });

  test("in doubt and withdrawn they are found so still; one that a hit decides as well rests on more", () => {
    const doubted = inDoubt(member, word("REOPENED", "assessor/ben"));
    expect(named(doubted, cluster, "resting STANDING_IN_DOUBT")).toBe(true);
    const withdrawn = granted(confirmed(doubted, { person: "assessor/sam", decisionId: "D1", reason }, later(50)));
    expect(named(withdrawn, cluster, "STANDING_WITHDRAWN")).toBe(true);
    const listed = withMatch(member, match([sha256()]));
    expect([named(listed, cluster), restsOn(listed, cluster)]).toEqual([true, false]);
  });
});
