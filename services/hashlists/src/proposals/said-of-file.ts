import { decisionInForce, isByMachine, settledDecision } from "@ntd/facts";
import type { Case, Decision } from "@ntd/proto/casework/v1/case";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { CaseWord } from "./proposal.ts";

/** The file that a case's decision is about, and what that says of it. */
export interface SaidOfFile {
  sha256: string;
  fingerprints: Fingerprint[];
  /** By the first scheme that the decision names. */
  classification?: { scheme: string; code: string };
  word: Omit<CaseWord, "version">;
}

/** What a case says of the file that its decision is about; undefined where nobody saw it, or a machine decided. */
export function saidOf(aCase: Case): SaidOfFile | undefined {
  const { decision } = aCase;
  const { persons = [], fingerprints = [] } = decision?.seen ?? {};
  const sha256 = fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  if (decision === undefined || isByMachine(decision) || persons.length === 0 || sha256 === undefined) return undefined;
  const [named] = decision.classifications;
  const classification = named && { scheme: named.scheme, code: named.code };
  const sha = Buffer.from(sha256.value).toString("hex");
  const of = { sha256: sha, fingerprints, ...(classification && { classification }) };
  const isSettled = settledDecision(aCase) !== undefined && decisionInForce(aCase) !== undefined;
  if (decision.verdict === "VERDICT_ILLEGAL") {
    return { ...of, word: { says: isSettled ? "illegal" : "waits", by: persons } };
  }
  if (decision.verdict !== "VERDICT_NOT_ILLEGAL") return undefined;
  // One person's word against what others know of: it takes another one before anything falls.
  return { ...of, word: { says: isAlone(decision) ? "waits" : "not_illegal", by: takenBackBy(decision) } };
}

/** What a case says of a file of which an earlier decision of its own spoke. */
export function saidOfEarlier(aCase: Case): Omit<CaseWord, "version"> {
  const { decision } = aCase;
  if (decision === undefined || isAlone(decision)) return { says: "waits", by: [] };
  return { says: "nothing", by: takenBackBy(decision) };
}

function isAlone({ withdrawsDecisionId, confirmedBy }: Decision): boolean {
  return withdrawsDecisionId !== "" && confirmedBy === "";
}

function takenBackBy({ decidedBy, confirmedBy }: Decision): string[] {
  return confirmedBy === "" ? [decidedBy] : [decidedBy, confirmedBy];
}
