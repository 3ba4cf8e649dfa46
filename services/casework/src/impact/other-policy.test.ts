import { describe, expect, test } from "vitest";
import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { byMachine, decide, made } from "../../test/doubts.ts";
import { file, hit, match, md5, negative, sha256, target } from "../../test/facts.ts";
import { otherwiseUnder } from "./other-policy.ts";

const policy: SetPolicy = {
  owner: "hotline",
  role: "SET_ROLE_POSITIVE",
  autoIssue: true,
  minVotes: 2,
  thresholds: { ...DEFAULT_THRESHOLDS },
};
const person: SetPolicy = { ...policy, autoIssue: false };
const under = (of: ReturnType<typeof file>, before: SetPolicy, proposed: SetPolicy) =>
  otherwiseUnder(of, { setId: "national", policy: before, proposed });
const open = (...hits: Hit[]) => file({ target: target(), match: match(hits) });
const decided = { ...byMachine, target: target() };
const thresholds = (change: Partial<typeof DEFAULT_THRESHOLDS>) => ({
  ...policy,
  thresholds: { ...DEFAULT_THRESHOLDS, ...change },
});

describe("given a case that nobody decided", () => {
  test("a machine would decide it once the set allows it", () => {
    expect(under(open(hit({ autoIssue: false })), person, policy)).toBe("waiting");
    expect(under(open(hit({ autoIssue: false })), person, person)).toBe("same");
  });

  test("the votes that an entry needs, and MD5 alone, are of the policy that is proposed", () => {
    expect(under(open(sha256({ votes: 1 })), policy, { ...policy, minVotes: 1 })).toBe("waiting");
    const alone = open(md5({ weakEqualityDecides: false }));
    expect(under(alone, policy, { ...policy, weakEquality: "WEAK_EQUALITY_DECIDES" })).toBe("waiting");
  });

  test("another set's hits are as they are, and a negative set's narrower threshold lets a machine decide", () => {
    const other = open(hit({ setId: "other", autoIssue: false }));
    expect(under(other, person, policy)).toBe("same");
    const vetoed = open(hit({ setId: "other" }), negative({ setId: "national", distance: 20 }));
    const against: SetPolicy = { ...person, role: "SET_ROLE_NEGATIVE" };
    expect(under(vetoed, against, { ...against, thresholds: { ...DEFAULT_THRESHOLDS, pdq: 10 } })).toBe("waiting");
  });

  test("beside a person's word on the same bytes no machine decides", () => {
    const precedent = { caseId: "case-0", hits: [] };
    expect(under({ ...open(hit()), precedent }, person, policy)).toBe("same");
  });
});

describe("given what a machine decided", () => {
  test("it would not have under a policy that leaves it to a person, or takes it for too far or too poor", () => {
    expect(under(decided, policy, person)).toBe("waits");
    expect(under(decided, policy, thresholds({ pdq: 11 }))).toBe("waits");
    expect(under(decided, policy, thresholds({ pdq: 12 }))).toBe("same");
    expect(under(decided, policy, thresholds({ pdqQuality: 91 }))).toBe("waits");
    expect(under(decided, policy, { ...policy, minVotes: 3 })).toBe("waits");
  });

  test("across recipes the threshold is lower by as much as it was", () => {
    const cross = { ...decided, match: match([hit({ crossRecipe: true, threshold: 25 })]) };
    expect(under(cross, policy, thresholds({ pdq: 18 }))).toBe("same");
    expect(under(cross, policy, thresholds({ pdq: 17 }))).toBe("waits");
  });

  test("what would not be decided under the policy in force either is no effect of the other one", () => {
    expect(under(decided, person, person)).toBe("same");
    expect(under({ ...decided, match: match([hit({ votes: 1 })]) }, policy, person)).toBe("same");
  });
});

describe("given a set that is to find nothing any more", () => {
  const retired = (of: ReturnType<typeof file>, before: SetPolicy) =>
    otherwiseUnder(of, { setId: "national", policy: before });

  test("what a machine decided by it would wait, unless another set decides the same", () => {
    expect(retired(decided, policy)).toBe("waits");
    expect(retired({ ...decided, match: match([hit(), sha256({ setId: "other" })]) }, policy)).toBe("same");
  });

  test("what a negative set spoke against alone a machine would decide", () => {
    const against: SetPolicy = { ...person, role: "SET_ROLE_NEGATIVE" };
    expect(retired(open(hit({ setId: "other" }), negative({ setId: "national" })), against)).toBe("waiting");
  });
});

describe("given what a person decided", () => {
  const waiting = {
    ...open(hit({ autoIssue: false })),
    progress: { kind: "queued" as const, reason: "QUEUE_REASON_SET_NEEDS_PERSON" as const, queuedTime: new Date(0) },
  };

  test("a machine would have decided the same, or against that person", () => {
    expect(under(decide(waiting, "ILLEGAL", "assessor/ann"), person, policy)).toBe("decides");
    expect(under(decide(waiting, "NOT_ILLEGAL", "assessor/ann"), person, policy)).toBe("against_person");
    expect(under(decide(waiting, "OUT_OF_SCOPE", "assessor/ann"), person, policy)).toBe("against_person");
  });

  test("what is held back is told to nobody, nor which way it went", () => {
    const held = {
      ...waiting,
      decisions: [made("VERDICT_NOT_ILLEGAL", "assessor/ann", "D1")],
      progress: {
        kind: "held" as const,
        reason: "QUEUE_REASON_SET_NEEDS_PERSON" as const,
        queuedTime: new Date(0),
        holder: "assessor/ann",
        dueTime: new Date(0),
      },
    };
    expect(under(held, person, policy)).toBe("waiting");
  });
});
