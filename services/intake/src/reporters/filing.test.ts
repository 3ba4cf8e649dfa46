import type { Sealed } from "@ntd/proto/common/v1/common";
import { expect, test } from "vitest";
import type { StoredReport, StoredTarget } from "../store.ts";
import { outcomeOf } from "../reports/status.ts";
import { filingsOf, parts } from "./filing.ts";

const now = new Date("2026-03-01T12:00:00Z");
const sealed: Sealed = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(3) };
const target = (targetId: string, said: Partial<StoredTarget> = {}): StoredTarget => {
  return { targetId, address: sealed, mediaType: "MEDIA_TYPE_UNSPECIFIED", fingerprints: [], ...said };
};
const report = (said: Partial<StoredReport> = {}): StoredReport => {
  const of = { submitter: "spiffe://t/reporter/a", requestDigest: "d", channel: "CHANNEL_PUBLIC" } as const;
  return { schemaVersion: 2, ...of, receivedTime: now, targets: [], language: "", ...said };
};
const lacking = (said: Partial<StoredReport>) =>
  filingsOf("r", report(said)).map(({ state: { targetId, lacks } }) => [
    targetId,
    parts.filter((_, bit) => (lacks & (1 << bit)) !== 0),
  ]);

test("what an address lacks is named; what is said of the report is said of each", () => {
  const seen = target("t1", { observedTime: now, mediaType: "MEDIA_TYPE_IMAGE" });
  expect(lacking({ description: sealed, targets: [seen, target("t2")] })).toEqual([
    ["t1", ["threat"]],
    ["t2", ["threat", "targets.observed_time", "targets.media_type"]],
  ]);
});

test("a target that is named twice lacks what neither says", () => {
  const [when, what] = [target("t", { observedTime: now }), target("t", { mediaType: "MEDIA_TYPE_IMAGE" })];
  for (const targets of [
    [when, what],
    [what, when],
  ]) {
    expect(lacking({ targets })).toEqual([["t", ["description", "threat"]]]);
  }
});

test("words alone lack nothing that only an address has", () => {
  expect(lacking({ wordsTargetId: "w", description: sealed })).toEqual([["w", ["threat"]]]);
});

test("what became of it is open until its case is decided, then illegal or something else", () => {
  const decided = (verdict?: "ILLEGAL" | "NOT_ILLEGAL" | "OUT_OF_SCOPE") => {
    const facts = { caseId: "c", version: 1, episode: 1, time: now };
    return outcomeOf({ schemaVersion: 1, case: { ...facts, ...(verdict && { verdict }) } });
  };
  expect([outcomeOf(undefined), decided()]).toEqual(["open", "open"]);
  expect([decided("ILLEGAL"), decided("NOT_ILLEGAL"), decided("OUT_OF_SCOPE")]).toEqual(["illegal", "other", "other"]);
});
