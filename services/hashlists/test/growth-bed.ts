import { createHash } from "node:crypto";
import { Case, Decision } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { derivedId } from "@ntd/service";
import { setMembers } from "@ntd/testing";
import type { onCase } from "../src/proposals/on-case.ts";
import { newSet } from "../src/sets/hash-set.ts";
import type { Collections } from "../src/store.ts";
import { policy } from "./bed.ts";

export const setId = "national";
export const DAY_MS = 86_400_000;

/** The national set with nothing in it. */
export async function insertNational({ sets }: Collections): Promise<void> {
  const created = { createdBy: "operator/o", createdTime: new Date(0), createdRequest: "r", createdDigest: "d" };
  await sets.insert(setId, newSet({ setId, policy, members: setMembers("anna", "ben"), ...created }));
}

export const shaOf = (file: number) => createHash("sha256").update(String(file)).digest();
export const entryOf = (file: number) => derivedId("entry", setId, "SHA256", shaOf(file).toString("hex"));

export const ALIKE = "0123456789abcdef".repeat(4);

export type Says = "illegal" | "doubted" | "alone" | "over";

/** What a case says of a file, by persons who saw it; all files look alike unless `pdq` says how this one does. */
export function toldCase(
  file: number,
  says: Says,
  persons: readonly string[],
  { now = new Date(0), pdq = ALIKE }: { now?: Date; pdq?: string } = {},
): Case {
  const none = new Uint8Array();
  const fingerprints: Fingerprint[] = [
    { algorithm: "ALGORITHM_SHA256", value: shaOf(file), quality: 0 },
    { algorithm: "ALGORITHM_PDQ", value: Buffer.from(pdq, "hex"), quality: 90 },
  ];
  const illegal = { verdict: "VERDICT_ILLEGAL" as const, seen: { persons: [...persons], fingerprints } };
  const against = { verdict: "VERDICT_NOT_ILLEGAL" as const, withdrawsDecisionId: "d" };
  const decidedBy = persons[0] ?? "";
  const isIllegal = says === "illegal" || says === "doubted";
  const change = isIllegal ? illegal : { ...against, confirmedBy: says === "over" ? "assessor/zoe" : "" };
  const classifications = [{ scheme: "national", version: "1", code: "s4" }];
  const decision = { ...Decision.decode(none), decisionId: "d", classifications, decidedBy, ...change };
  const raised = { cause: "DOUBT_CAUSE_REOPENED" as const, sinceTime: now, raisedBy: ["assessor/eve"], lasting: false };
  const doubt = says === "doubted" ? { doubt: { decisionId: "d", ...raised } } : {};
  return { ...Case.decode(none), caseId: `case-${file}`, state: "CASE_STATE_DECIDED", decision, ...doubt };
}

export const caseEvent = (data: Case, version: number, time = new Date(version)) =>
  ({ data, version, time }) as Parameters<ReturnType<typeof onCase>>[0];
