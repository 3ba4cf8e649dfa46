import { Case, Decision, type Doubt } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { expect, test } from "vitest";
import { saidOf, saidOfEarlier } from "./said-of-file.ts";

const none = new Uint8Array();
const sha256: Fingerprint = { algorithm: "ALGORITHM_SHA256", value: Buffer.alloc(32, 1), quality: 0 };
const seen = { persons: ["assessor/ann", "assessor/ben"], fingerprints: [sha256] };

function decided(change: Partial<Decision> = {}, ofCase: Partial<Case> = {}): Case {
  const said = { decisionId: "d", verdict: "VERDICT_ILLEGAL" as const, decidedBy: "assessor/ann", seen };
  const decision = { ...Decision.decode(none), ...said, ...change };
  return { ...Case.decode(none), state: "CASE_STATE_DECIDED", decision, ...ofCase };
}

const doubt: Doubt = {
  decisionId: "d",
  cause: "DOUBT_CAUSE_STAY",
  sinceTime: undefined,
  raisedBy: ["assessor/cleo"],
  lasting: true,
};

test("what a person decided who saw it is said of the file, by all who saw it", () => {
  const sha = Buffer.alloc(32, 1).toString("hex");
  const word = { says: "illegal", by: seen.persons };
  expect(saidOf(decided())).toEqual({ sha256: sha, fingerprints: [sha256], word });
});

test("the class is the one that the decision names first", () => {
  const classifications = ["s4", "s5"].map((code) => ({ scheme: "national", version: "1", code }));
  expect(saidOf(decided({ classifications }))?.classification).toEqual({ scheme: "national", code: "s4" });
});

test.each<[string, Case]>([
  ["by a machine", decided({ decidedBy: "machine" })],
  ["by who did not see it, or was in doubt", decided({ seen: undefined })],
  ["out of scope", decided({ verdict: "VERDICT_OUT_OF_SCOPE" })],
  ["of what has no bytes", decided({ seen: { persons: ["assessor/ann"], fingerprints: [] } })],
  ["not at all", { ...decided(), decision: undefined }],
])("nothing is said of a file that was decided %s", (_, aCase) => {
  expect(saidOf(aCase)).toBeUndefined();
});

test("a decision in doubt, or of a case that a person has again, waits", () => {
  expect(saidOf(decided({}, { doubt }))?.word.says).toBe("waits");
  expect(saidOf(decided({}, { state: "CASE_STATE_QUEUED" }))?.word.says).toBe("waits");
});

test("one person's word against it waits for another one, whose word takes it back", () => {
  const against = { verdict: "VERDICT_NOT_ILLEGAL", decidedBy: "assessor/cleo", withdrawsDecisionId: "d" } as const;
  expect(saidOf(decided(against))?.word.says).toBe("waits");
  const both = decided({ ...against, confirmedBy: "assessor/dan" });
  expect(saidOf(both)?.word).toEqual({ says: "not_illegal", by: ["assessor/cleo", "assessor/dan"] });
  const unseen = decided({ ...against, seen: undefined });
  expect(saidOfEarlier(unseen).says).toBe("waits");
  expect(saidOfEarlier(decided({ ...against, confirmedBy: "assessor/dan", seen: undefined })).says).toBe("nothing");
});
