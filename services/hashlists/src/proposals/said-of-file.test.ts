import { Case, Decision, type Doubt } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { expect, test } from "vitest";
import { saidOf as saidOfEvent, saidOfEarlier as saidOfEarlierIn } from "./said-of-file.ts";

const none = new Uint8Array();
const sha256: Fingerprint = { algorithm: "ALGORITHM_SHA256", value: Buffer.alloc(32, 1), quality: 0 };
const seen = { persons: ["assessor/ann", "assessor/ben"], fingerprints: [sha256] };

function decided(change: Partial<Decision> = {}, ofCase: Partial<Case> = {}): Case {
  const said = { decisionId: "d", verdict: "VERDICT_ILLEGAL" as const, decidedBy: "assessor/ann", seen };
  const decision = { ...Decision.decode(none), ...said, ...change };
  return { ...Case.decode(none), state: "CASE_STATE_DECIDED", decision, ...ofCase };
}

const noon = new Date("2026-03-01T12:00:00Z");
const told = (data: Case) => ({ data, time: noon, doubtMs: 3_600_000 });
const saidOf = (data: Case) => saidOfEvent(told(data));
const saidOfEarlier = (data: Case, says: "illegal" | "doubted" | "waits" = "illegal") =>
  saidOfEarlierIn(told(data), { says, by: ["assessor/ann"] });

const since = new Date("2026-03-01T11:00:00Z");
const doubt: Doubt = {
  decisionId: "d",
  cause: "DOUBT_CAUSE_REOPENED",
  sinceTime: since,
  raisedBy: ["assessor/cleo"],
  lasting: false,
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

test("a decision of a case that a person has again waits; in doubt, it is until that lapses", () => {
  expect(saidOf(decided({}, { state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_NEW_EVIDENCE" }))?.word.says).toBe(
    "waits",
  );
  const reopened = decided({}, { doubt, state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_REOPENED" });
  expect(saidOf(reopened)?.word).toEqual({ says: "doubted", by: seen.persons, untilTime: noon });
});

test("a court's stay lasts, and what tells no time is in doubt since it was told", () => {
  const stayed = decided({}, { doubt: { ...doubt, cause: "DOUBT_CAUSE_STAY", lasting: true } });
  expect(saidOf(stayed)?.word).toEqual({ says: "doubted", by: seen.persons });
  const untold = decided({}, { state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_NEGATIVE_SET" });
  expect(saidOf(untold)?.word.untilTime).toEqual(new Date("2026-03-01T13:00:00Z"));
});

test("one person's word against it is a doubt until another one's takes it back", () => {
  const against = { verdict: "VERDICT_NOT_ILLEGAL", decidedBy: "assessor/cleo", withdrawsDecisionId: "d" } as const;
  expect(saidOf(decided(against, { doubt }))?.word).toMatchObject({ says: "doubted", untilTime: noon });
  const both = decided({ ...against, confirmedBy: "assessor/dan" });
  expect(saidOf(both)?.word).toEqual({ says: "not_illegal", by: ["assessor/cleo", "assessor/dan"] });
  const unseen = decided({ ...against, seen: undefined });
  expect(saidOfEarlier(unseen)?.says).toBe("doubted");
  expect(saidOfEarlier(decided({ ...against, confirmedBy: "assessor/dan", seen: undefined }))?.says).toBe("nothing");
});

test("who calls other bytes illegal, or these again without a look, takes nothing back, and ends a doubt about the case", () => {
  const again = decided({ seen: undefined, decidedBy: "assessor/cleo" });
  expect(saidOfEarlier(again)).toBeUndefined();
  expect(saidOfEarlier(again, "waits")).toBeUndefined();
  expect(saidOfEarlier(again, "doubted")).toEqual({ says: "waits", by: ["assessor/ann"] });
  expect(saidOfEarlier({ ...again, doubt }, "doubted")).toBeUndefined();
  expect(saidOfEarlier(decided({ verdict: "VERDICT_OUT_OF_SCOPE", seen: undefined }))?.says).toBe("nothing");
});
