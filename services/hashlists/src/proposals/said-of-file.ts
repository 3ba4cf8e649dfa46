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
  word: Word;
}

/** An event of a case, and for how long a doubt that does not last keeps what is listed from being found. */
export interface Told {
  data: Case;
  time: Date;
  doubtMs: number;
}

type Word = Omit<CaseWord, "version">;

/** What a case says of the file that its decision is about; undefined where nobody saw it, or a machine decided. */
export function saidOf(told: Told): SaidOfFile | undefined {
  const { decision } = told.data;
  const { persons = [], fingerprints = [] } = decision?.seen ?? {};
  const sha256 = fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  if (decision === undefined || isByMachine(decision) || persons.length === 0 || sha256 === undefined) return undefined;
  const [named] = decision.classifications;
  const classification = named && { scheme: named.scheme, code: named.code };
  const sha = Buffer.from(sha256.value).toString("hex");
  const of = { sha256: sha, fingerprints, ...(classification && { classification }) };
  if (decision.verdict === "VERDICT_ILLEGAL") return { ...of, word: illegalWord(told, persons) };
  if (decision.verdict !== "VERDICT_NOT_ILLEGAL") return undefined;
  const by = takenBackBy(decision);
  // One person's word against what others know of: it takes another one before anything falls.
  return { ...of, word: isAlone(decision) ? doubted(told, by) : { says: "not_illegal", by } };
}

/**
 * What a case says of a file of which an earlier decision of its own spoke; undefined where it says the same as before.
 *
 * @param known what it said before.
 */
export function saidOfEarlier(told: Told, known: Pick<CaseWord, "says" | "by">): Word | undefined {
  const { decision } = told.data;
  if (decision === undefined) return undefined;
  // Of other bytes, or by who did not see them: that takes nothing back, and answers no doubt about these.
  if (decision.verdict === "VERDICT_ILLEGAL") {
    const isAnswered = known.says === "doubted" && decisionInForce(told.data) !== undefined;
    return isAnswered ? { says: "waits", by: known.by } : undefined;
  }
  const by = takenBackBy(decision);
  return isAlone(decision) ? doubted(told, by) : { says: "nothing", by };
}

function illegalWord(told: Told, by: string[]): Word {
  if (decisionInForce(told.data) === undefined) return doubted(told, by);
  return { says: settledDecision(told.data) === undefined ? "waits" : "illegal", by };
}

// An event of release 0.2 does not tell since when.
function doubted({ data: { doubt }, time, doubtMs }: Told, by: string[]): Word {
  if (doubt?.lasting === true) return { says: "doubted", by };
  const since = doubt?.sinceTime ?? time;
  return { says: "doubted", by, untilTime: new Date(since.getTime() + doubtMs) };
}

function isAlone({ withdrawsDecisionId, confirmedBy }: Decision): boolean {
  return withdrawsDecisionId !== "" && confirmedBy === "";
}

function takenBackBy({ decidedBy, confirmedBy }: Decision): string[] {
  return confirmedBy === "" ? [decidedBy] : [decidedBy, confirmedBy];
}
