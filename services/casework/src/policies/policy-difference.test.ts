import { createHash } from "node:crypto";
import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { expect, test } from "vitest";
import type { CaseFile } from "../cases/case.ts";
import { judge } from "./policy.ts";
import { inDoubt } from "../doubts/doubt.ts";
import { file, hit, match, md5, negative, noon, sha1, sha256, target } from "../../test/facts.ts";
import { differenceOf, differenceOrder, DIFFERS } from "./policy-difference.ts";

const decision: Decision = {
  decisionId: "D1",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: MACHINE,
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
};
const decided = (hits: Hit[], change: Partial<CaseFile> = {}) =>
  file({
    progress: { kind: "auto_decided" },
    decisions: [decision],
    target: target(),
    match: match(hits),
    ...change,
  });

test.each([
  ["MD5 alone, which decided in release 0.2", [md5()], "WEAK_EQUALITY"],
  ["a set that needs a person by now", [hit({ autoIssue: false })], "SET_NEEDS_PERSON"],
  ["an entry that lost votes", [hit({ votes: 0 })], "TOO_FEW_VOTES"],
  ["likeness that is not near enough", [hit({ distance: 40 })], "NOMINATED_ONLY"],
  ["equal bytes that a negative set has, too", [sha256(), negative()], "CONFLICT"],
  ["an entry that no list has any more", [], "NO_HIT"],
])("given an automatic decision on %s, it is a difference, and says why", (_, hits, reason) => {
  expect(differenceOf(decided(hits))).toEqual({ decision, wouldWait: `QUEUE_REASON_${reason}` });
  expect(differenceOrder(decided(hits))).toBe(noon.toISOString());
});

test("what would be decided alike, what a person decided, what is in doubt and what is undecided are none", () => {
  const byPerson = decided([], { decisions: [{ ...decision, decidedBy: "assessor/ann" }] });
  const doubted = inDoubt(decided([]), { cause: "DOUBT_CAUSE_REOPENED", by: ["assessor/ann"], now: noon });
  for (const one of [decided([sha256()]), decided([md5(), sha1()]), byPerson, doubted, file()]) {
    expect(differenceOf(one)).toBeUndefined();
    expect(differenceOrder(one)).toBeUndefined();
  }
});

// What the policy says of all these, as it was when DIFFERS got its number.
test("a change of the policy has another number", () => {
  const sides = [false, true].flatMap((autoIssue) => [0, 2].map((votes) => ({ autoIssue, votes })));
  const kinds = [hit, sha256, md5, sha1].flatMap((kind) => sides.map((side) => kind(side)));
  const likeness = [32, 31, 0].flatMap((distance) => [49, 50].map((q) => hit({ distance, queryQuality: q })));
  const more = [hit({ algorithm: "ALGORITHM_BLOCKHASH256", distance: 0 }), md5({ weakEqualityDecides: true })];
  const one = [...kinds, ...likeness, ...more];
  const two = one.flatMap((a) => [[a], [a, sha1()], [a, negative()], [a, sha1({ fileKey: "f2" })]]);
  const seen = { state: "TARGET_STATE_PRESENT", saw: "picture", absentFromTheFirst: false } as const;
  const says = two.map((hits) => judge({ target: seen, match: { hits, tooLittleDetail: false } }));
  const said = says.map((each) => (each.kind === "queue" ? each.reason : each.kind)).join();
  const digest = createHash("sha256").update(said).digest("hex").slice(0, 12);
  expect({ [DIFFERS]: digest }).toEqual({ policyDiffers2: "fbe3d83f4d32" });
});
