import { MACHINE } from "@ntd/facts";
import { expect, test } from "vitest";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { closedAsAbsent } from "../absent/absent.ts";
import { made } from "../../test/doubts.ts";
import { file, later, noon, target } from "../../test/facts.ts";
import { decidersOf } from "./deciders.ts";

const by = (...persons: string[]) => persons.map((person, n) => made("VERDICT_ILLEGAL", person, `D${n}`));

test("who decided is named once for a case, under every kind of identity, and no machine is", () => {
  expect(decidersOf(file({ decisions: by(MACHINE, "assessor/ann", "operator/ann", "assessor/ben") }))).toEqual([
    "ann",
    "ben",
  ]);
});

test("what nobody knows of yet does not count", () => {
  const reason = "QUEUE_REASON_NO_HIT" as const;
  const held = { kind: "held", reason, queuedTime: noon, holder: "assessor/ann", dueTime: later(60) } as const;
  expect(decidersOf(file({ progress: held, decisions: by("assessor/ann") }))).toEqual([]);
});

test("what was decided with another case counts there", () => {
  const alike: Decision = { ...made("VERDICT_ILLEGAL", "assessor/ann", "D1"), clusterCaseId: "star" };
  expect(decidersOf(file({ decisions: [alike] }))).toEqual([]);
});

test("what was taken over, closed in bulk, or withdraws by two words does not count", () => {
  const precedent = { caseId: "earlier", hits: [] };
  expect(decidersOf(file({ precedent, decisions: by("assessor/ann", "assessor/ben") }))).toEqual(["ben"]);
  const absent = file({
    target: target({ state: "TARGET_STATE_GONE", goneTime: noon, fingerprints: [], neverSeen: true }),
    progress: { kind: "queued", reason: "QUEUE_REASON_ABSENT", queuedTime: noon },
  });
  const bulk = { decisionId: "D1", decidedBy: "assessor/ann", decidedTime: noon };
  const closed = closedAsAbsent(absent, bulk);
  expect([closed?.decisions.length, closed && decidersOf(closed)]).toEqual([1, []]);
  const withdraws: Decision = { ...made("VERDICT_NOT_ILLEGAL", "assessor/ann", "D1"), withdrawsDecisionId: "D0" };
  expect(decidersOf(file({ decisions: [withdraws] }))).toEqual([]);
});
