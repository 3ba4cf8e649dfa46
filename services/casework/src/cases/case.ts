import type { Decision, QueueReason } from "@ntd/proto/casework/v1/case";
import type { Fingerprint, Sealed } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { GoneStrength, Look, ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";
import type { AnsweredRequest } from "@ntd/rpc";
import { groundsInBasis, groundsOf, isCarried, renewed, type Grounds } from "./grounds.ts";
import { isNegative, type Judgement } from "./policy.ts";

/** Where a case stands. Waiting for a person keeps the first time at which it began to wait. */
export type Progress =
  | { kind: "open" }
  | { kind: "queued"; reason: QueueReason; queuedTime: Date }
  | { kind: "claimed"; reason: QueueReason; queuedTime: Date; holder: string; claimExpireTime: Date }
  | { kind: "auto_decided" }
  | { kind: "decided" };

/** What the prober said last of the target in this episode. */
export interface SeenTarget {
  version: number;
  state: TargetState;
  reason: ProbeReason;
  address: Sealed | undefined;
  resolvedIp: string;
  goneTime: Date | undefined;
  fingerprints: Fingerprint[];
  /** What follows is absent in cases of release 0.2. */
  goneStrength?: GoneStrength;
  /** What each eye said in the looks that led to the state. */
  looks?: Look[];
  /** Eyes that are shown something else than those that see the material. */
  cloaked?: Look[];
  /** Gone for the eyes of this country alone. */
  restrictedHere?: boolean;
  /** The first look found nothing, and no other one found anything. */
  neverSeen?: boolean;
}

/** What matching said last of the target in this episode. */
export interface SeenMatch {
  version: number;
  hits: Hit[];
  tooLittleDetail: boolean;
  /** Of the content that was looked up; absent in cases of release 0.2. */
  contentRevision?: number;
}

/** What the links of a case add up to. */
export interface ReportFacts {
  count: number;
  /** The newest 20, newest first. */
  ids: string[];
  raised: boolean;
  newestTime: Date | undefined;
  firstTime: Date | undefined;
}

/** A person's doubt about the decision that there was. */
export interface Reopening {
  reopenedBy: string;
  reopenedTime: Date;
  decisionId: string;
  reason: Sealed;
}

/** What a caller was told: the published case as bytes, and who held it. */
export interface KeptAnswer {
  published: Uint8Array;
  holder: string;
  claimExpireTime: Date | undefined;
  reopening?: Reopening;
}

export interface CaseFile {
  schemaVersion: 1;
  caseId: string;
  targetId: string;
  episode: number;
  openedTime: Date;
  progress: Progress;
  /** Oldest first. The last one is published, also while the case waits for a person again. */
  decisions: Decision[];
  target: SeenTarget | undefined;
  match: SeenMatch | undefined;
  /** Raised when hits change, never by a report: what an assessor's decision rests on. */
  evidenceRevision: number;
  reports: ReportFacts;
  /** How often and why persons brought it back, oldest first; absent when nobody did. */
  reopenings?: Reopening[];
  /** What the automatic decision rests on; absent in cases of release 0.2. */
  grounds?: Grounds;
  /** Revision of the content of which an automatic decision's hits were last told. */
  decidedContent?: number;
  /** The decision whose notice was closed unsent, since something else was at the address. */
  unsentDecisionId?: string;
  /** Raised each time the time of the first report changes; absent in cases of release 0.2, which did not keep it. */
  firstReportRevision?: number;
  requests: AnsweredRequest<KeptAnswer>[];
}

export const MACHINE = "machine";

export function openCase(caseId: string, targetId: string, episode: number, now: Date): CaseFile {
  return {
    schemaVersion: 1,
    caseId,
    targetId,
    episode,
    openedTime: now,
    progress: { kind: "open" },
    decisions: [],
    target: undefined,
    match: undefined,
    evidenceRevision: 1,
    reports: { count: 0, ids: [], raised: false, newestTime: undefined, firstTime: undefined },
    requests: [],
  };
}

/** The last version of the target wins; what was seen of its content stays when a later probe saw nothing. */
export function withTarget(file: CaseFile, target: SeenTarget): CaseFile {
  if (target.version < (file.target?.version ?? 0)) return file;
  const fingerprints = target.fingerprints.length > 0 ? target.fingerprints : (file.target?.fingerprints ?? []);
  return { ...file, target: { ...target, fingerprints } };
}

/** The last version of the match wins. */
export function withMatch(file: CaseFile, match: SeenMatch): CaseFile {
  if (match.version < (file.match?.version ?? 0)) return file;
  const changed = substance(match.hits) !== substance(file.match?.hits ?? []);
  return { ...file, match, evidenceRevision: file.evidenceRevision + Number(changed) };
}

/** A notice of the decision was closed unsent: something else was at the address. */
export function withUnsent(file: CaseFile, decisionId: string): CaseFile {
  return file.unsentDecisionId === decisionId ? file : { ...file, unsentDecisionId: decisionId };
}

/** Whether taking `judgement` over makes a new automatic decision: the brake has to be asked first. */
export function decidesNow(before: CaseFile | undefined, file: CaseFile, judgement: Judgement): boolean {
  if (judgement.kind !== "automatic" || file.decisions.length > 0) return false;
  const held = isWaiting(file.progress) && file.progress.reason === "QUEUE_REASON_RATE_LIMITED";
  return !held || before?.evidenceRevision !== file.evidenceRevision;
}

/**
 * Takes the policy's judgement over. A machine decides a case at most once and never changes a person's decision: hits
 * that were not there when it was made bring the case back to a person. Once it has decided, the policy is not asked any
 * more: its decision falls with the hits that it rests on, with a hit of a negative set, and when something else was
 * there before its notice left.
 */
export function judged(
  before: CaseFile | undefined,
  file: CaseFile,
  judgement: Judgement,
  { decision, now }: { decision: Decision | undefined; now: Date },
): CaseFile {
  const last = file.decisions.at(-1);
  if (last === undefined) {
    if (decision !== undefined) {
      const grounds = groundsOf(file.match?.hits ?? []);
      return standing({ ...file, progress: { kind: "auto_decided" }, decisions: [decision], grounds }, decision, now);
    }
    if (judgement.kind === "automatic" && decidesNow(before, file, judgement))
      return queued(file, "QUEUE_REASON_RATE_LIMITED", now);
    return judgement.kind === "queue" ? queued(file, judgement.reason, now) : file;
  }
  if (last.decidedBy !== MACHINE) {
    return hasNewHits(before, file) ? queued(file, "QUEUE_REASON_NEW_EVIDENCE", now) : file;
  }
  return standing(file, last, now);
}

// The reason is that of the evidence as it is now, whatever came first; what fell waits for a person though its ground
// is back.
function standing(file: CaseFile, decision: Decision, now: Date): CaseFile {
  const { match, grounds = groundsInBasis(decision.basis) } = file;
  const reason = reasonToFall(file, decision, grounds);
  if (reason !== undefined) return queued(file, reason, now);
  const next = grounds && renewed(grounds, match?.hits ?? []);
  const kept = next === file.grounds || next === undefined ? file : { ...file, grounds: next };
  const { contentRevision } = match ?? {};
  return contentRevision === undefined || contentRevision === file.decidedContent
    ? kept
    : { ...kept, decidedContent: contentRevision };
}

// The same content that is not listed any more, and other content that is not, are two causes. Without known grounds
// nothing is known to be lost.
function reasonToFall(file: CaseFile, { decisionId }: Decision, grounds: Grounds | undefined): QueueReason | undefined {
  const { match, decidedContent } = file;
  const hits = match?.hits ?? [];
  const carried = isCarried(grounds, hits);
  if (!carried && hits.some(isNegative)) return "QUEUE_REASON_NEGATIVE_SET";
  if (!carried && grounds !== undefined) {
    const moved = (match?.contentRevision ?? 0) > (decidedContent ?? Infinity);
    return moved ? "QUEUE_REASON_SOMETHING_ELSE" : "QUEUE_REASON_BASIS_REVOKED";
  }
  return file.unsentDecisionId === decisionId ? "QUEUE_REASON_SOMETHING_ELSE" : undefined;
}

/**
 * Takes over what the links add up to. A report that is newer than a person's NOT_ILLEGAL brings the case back; when
 * that report turns out to belong to a later episode, the case is closed as it was.
 */
export function withReports(file: CaseFile, reports: ReportFacts, now: Date): CaseFile {
  const moved = reports.firstTime?.getTime() !== file.reports.firstTime?.getTime();
  const next = moved
    ? { ...file, reports, firstReportRevision: (file.firstReportRevision ?? 0) + 1 }
    : { ...file, reports };
  const decision = file.decisions.at(-1);
  if (decision?.verdict !== "VERDICT_NOT_ILLEGAL") return next;
  const again = (reports.newestTime?.getTime() ?? 0) > (decision.decidedTime?.getTime() ?? 0);
  if (again && file.progress.kind === "decided") return queued(next, "QUEUE_REASON_REPORTED_AGAIN", now);
  const queuedAgain = file.progress.kind === "queued" && file.progress.reason === "QUEUE_REASON_REPORTED_AGAIN";
  return queuedAgain && !again ? { ...next, progress: { kind: "decided" } } : next;
}

/** Whether the case waits for a person, claimed or not. */
export function isWaiting(progress: Progress): progress is Extract<Progress, { reason: QueueReason }> {
  return progress.kind === "queued" || progress.kind === "claimed";
}

// What waits already keeps its place and its claim.
function queued(file: CaseFile, reason: QueueReason, now: Date): CaseFile {
  const { progress } = file;
  if (!isWaiting(progress)) return { ...file, progress: { kind: "queued", reason, queuedTime: now } };
  return progress.reason === reason ? file : { ...file, progress: { ...progress, reason } };
}

function hasNewHits(before: CaseFile | undefined, file: CaseFile): boolean {
  const known = new Set((before?.match?.hits ?? []).map(hitKey));
  return (file.match?.hits ?? []).some((hit) => !known.has(hitKey(hit)));
}

// Without release and entry ids: the same list uploaded again is no new evidence.
function hitKey(hit: Hit): string {
  return JSON.stringify([hit.setRole, hit.setId, hit.algorithm, hit.distance]);
}

function substance(hits: readonly Hit[]): string {
  const lines = hits.map((hit) =>
    JSON.stringify([hitKey(hit), hit.votes, hit.minVotes, hit.autoIssue, hit.classification]),
  );
  return lines.toSorted().join("\n");
}
