import { isByMachine, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { LeftOut, LeftOutReason } from "@ntd/proto/casework/v1/cluster_service";
import { derivedId } from "@ntd/service";
import { toldDecisions, withReports, type CaseFile } from "../cases/case.ts";
import { inDoubt, withDecisionTold, type Word } from "../doubts/doubt.ts";
import { withDecidedOn } from "../precedents/decided-on.ts";
import { holderOf } from "../claims/claim.ts";
import { openLook } from "../second-look/second-look.ts";

/** What a person confirmed with a decision: the same picture in other cases. What comes later is none of it. */
export interface Cluster {
  /** The case's own decision. What is confirmed is written once others know of that, and never if it is undone. */
  decisionId: string;
  members: Member[];
  /** All of it is written, but for these; absent until then. */
  leftOut?: LeftOut[];
  /** That the second look disagrees was said of all that were decided with it. */
  isDoubted?: true;
}

/** A case of the list, as it was when it was confirmed. */
export interface Member {
  caseId: string;
  evidenceRevision: number;
  /** Names its picture. */
  picture: string;
}

/** What a decision about a cluster says of each case of it. */
export interface Said {
  /** The case that was looked at. */
  starId: string;
  decision: Decision;
}

/** The case as a list keeps it. */
export function memberOf(file: CaseFile): Member {
  return { caseId: file.caseId, evidenceRevision: file.evidenceRevision, picture: pictureIn(file) };
}

/** Why the case is not decided with another one: somebody has it, or it is decided; undefined where it may be. */
export function refusedMember(
  file: CaseFile,
  { verdict, decidedBy }: Pick<Decision, "verdict" | "decidedBy">,
  now: Date,
): LeftOutReason | undefined {
  const { progress } = file;
  if (progress.kind !== "open" && progress.kind !== "queued" && progress.kind !== "claimed") return DECIDED;
  // What a person looks at a second time, or two disagree about, is decided by itself.
  if (openLook(file) !== undefined) return DECIDED;
  const last = toldDecisions(file).at(-1);
  if (last !== undefined && !isByMachine(last) && last.verdict !== verdict) return DECIDED;
  const holder = holderOf(file, now);
  return holder === "" || holder === decidedBy ? undefined : "LEFT_OUT_REASON_CLAIMED";
}

/** The case decided as the one that was looked at; the same file where it was before a crash; or why it is left out. */
export function decidedWith(file: CaseFile, said: Said, member: Member, now: Date): CaseFile | LeftOutReason {
  const { decision, starId } = said;
  const decisionId = memberDecisionId(file.caseId, decision.decisionId);
  if (wasDecidedWith(file, decision.decisionId)) return file;
  const seen = memberOf(file);
  if (seen.evidenceRevision !== member.evidenceRevision || seen.picture !== member.picture) return CHANGED;
  const refused = refusedMember(file, decision, now);
  if (refused !== undefined) return refused;
  // That it is there though machines call it gone was said of the other address.
  // So was what was seen.
  const { seen: __, ...unseen } = decision;
  const made = { ...unseen, ...WITHDRAWS_NOTHING, decisionId, despiteGone: false, clusterCaseId: starId };
  const { second: _, ...rest } = file;
  const after: CaseFile = { ...rest, progress: { kind: "decided" }, decisions: [...file.decisions, made] };
  return withReports(withDecisionTold(withDecidedOn(after, decisionId), now), file.reports, now);
}

/** Whether the case was decided with that decision of another one, whatever became of it since. */
export function wasDecidedWith({ caseId, decisions }: CaseFile, starDecisionId: string): boolean {
  const wanted = memberDecisionId(caseId, starDecisionId);
  return decisions.some(({ decisionId }) => decisionId === wanted);
}

/** The case with the words against the other one's decision, where what it was decided with that is told still. */
export function withWordsOf(file: CaseFile, starDecisionId: string, words: readonly Word[], now: Date): CaseFile {
  const last = toldDecisions(file).at(-1);
  if (last?.decisionId !== memberDecisionId(file.caseId, starDecisionId)) return file;
  return words.reduce((before, { cause, by }) => inDoubt(before, { cause, by, now }), file);
}

// The same however often it is written again: nothing is decided twice.
function memberDecisionId(caseId: string, starDecisionId: string): string {
  return derivedId("cluster decision", caseId, starDecisionId);
}

function pictureIn({ target }: CaseFile): string {
  const found = target?.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ");
  return found === undefined ? "" : derivedId("picture", Buffer.from(found.value).toString("hex"));
}

const DECIDED = "LEFT_OUT_REASON_DECIDED";
const CHANGED = "LEFT_OUT_REASON_CHANGED";
