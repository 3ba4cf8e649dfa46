import type { Decision, QueueReason } from "@ntd/proto/casework/v1/case";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Cluster } from "../clusters/cluster.ts";
import type { DecidedOn } from "../precedents/decided-on.ts";
import type { Doubt } from "../doubts/doubt.ts";
import type { DoneLook, SecondLook } from "../second-look/second-look.ts";
import type { LegalHold } from "../legal-holds/legal-hold.ts";
import type { Holds } from "../holds/hold.ts";
import type { Icse } from "../icse/icse.ts";
import type { Referral } from "../referrals/referral.ts";
import type { Note } from "../notes/note.ts";
import type { Stay } from "../stays/stay.ts";
import type { Grounds } from "../policies/grounds.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import type { ReportFacts, SeenMatch, SeenTarget } from "../evidence/seen.ts";
import { withoutOwnEntries } from "../evidence/own-entries.ts";
import { substance } from "../evidence/substance.ts";

/**
 * Where a case stands. Waiting for a person keeps the first time at which it began to wait. Held: a person has decided,
 * and until it is told the case is as if claimed for all others; `newHits` came meanwhile.
 */
export type Progress =
  | { kind: "open" }
  | { kind: "queued"; reason: QueueReason; queuedTime: Date }
  | { kind: "claimed"; reason: QueueReason; queuedTime: Date; holder: string; claimExpireTime: Date }
  | { kind: "held"; reason: QueueReason; queuedTime: Date; holder: string; dueTime: Date; newHits?: true }
  | { kind: "auto_decided" }
  | { kind: "decided" };

/** A person's doubt about the decision that there was. */
export interface Reopening {
  reopenedBy: string;
  reopenedTime: Date;
  decisionId: string;
  reason: Sealed;
}

/** A second person's word that withdrew an "illegal". */
export interface Confirmation {
  confirmedBy: string;
  confirmedTime: Date;
  decisionId: string;
  reason: Sealed;
}

/** A decision that nobody heard of. */
export interface Undone {
  decision: Decision;
  undoneBy: string;
  undoneTime: Date;
}

/** What a person said of the child whom a case is about; the newest word counts. */
export interface Flag {
  is: boolean;
  by: string;
  time: Date;
  reason: Sealed;
}

export interface CaseFile {
  schemaVersion: 1;
  caseId: string;
  targetId: string;
  episode: number;
  openedTime: Date;
  /** No address: somebody's words alone. Its target is the words. */
  textOnly?: true;
  progress: Progress;
  /** Oldest first. The last one that is not held back is published, also while the case waits for a person again. */
  decisions: Decision[];
  /** How many were made that are not among them, and the newest that were undone; absent when none was. */
  undoneCount?: number;
  undone?: Undone[];
  /** What another person is to look at, at the last decision or before it is told; and the looks that are over. */
  second?: SecondLook;
  looks?: DoneLook[];
  target: SeenTarget | undefined;
  match: SeenMatch | undefined;
  /** Raised when hits change, never by a report: what an assessor's decision rests on. */
  evidenceRevision: number;
  reports: ReportFacts;
  /** More reports came, and are told together then. */
  reportsDueTime?: Date;
  /** How often and why persons brought it back, oldest first; absent when nobody did. */
  reopenings?: Reopening[];
  /** Why its told "illegal" is in doubt; absent when it is not. */
  doubt?: Doubt;
  /** Since when the newest doubt was, also once that is over; absent when there was none. */
  doubtedTime?: Date;
  /** The newest stay of a court, proposed, in force or lifted; absent when there was none. */
  stay?: Stay;
  /** The newest legal hold, in force or lifted; absent when there was none. */
  legalHold?: LegalHold;
  /** What police asked to keep back, in force or released; absent when there was nothing. */
  holds?: Holds;
  /** Of what was not looked at yet, since police marked it. */
  askedAddress?: Sealed;
  /** Keyed digests of its address, host, IPs and fingerprints; absent while nothing is known of its target. */
  markKeys?: string[];
  /** Marks that made a hold of it, oldest first: each makes one once. */
  metMarks?: string[];
  /** What an international database is asked of it; absent where it is not asked. */
  icse?: Icse;
  /** What police are told of it; absent where that is nothing. */
  referral?: Referral;
  /** How many of its decisions were taken back and are counted by breakers; absent when none is. */
  countedReversals?: number;
  /** The newest upheld reviews that have had their word; absent when there was none. */
  heardReviews?: string[];
  /** Withdrawals that a person confirmed, oldest first; absent when there is none. */
  confirmations?: Confirmation[];
  /** The earlier case whose decision this one took over, and keys of the hits that were known then. */
  precedent?: { caseId: string; hits: string[] };
  /** The bytes that its newest decisions by persons are about; absent in cases of release 0.2. */
  decidedOn?: DecidedOn[];
  /** The decision by a person that later episodes were told of. */
  passedOn?: string;
  /** What the automatic decision rests on; absent in cases of release 0.2. */
  grounds?: Grounds;
  /** Revision of the content of which an automatic decision's hits were last told. */
  decidedContent?: number;
  /** The decision whose notice was closed unsent, since something else was at the address. */
  unsentDecisionId?: string;
  /** Raised each time the time of the first report changes; absent in cases of release 0.2, which did not keep it. */
  firstReportRevision?: number;
  /** A child is in danger now; a child is young. Absent while nobody has said so, or the opposite. */
  flags?: { lifeAtRisk?: Flag; youngChild?: Flag };
  /** The list of cases that its newest such decision is about, too: the same picture elsewhere. */
  cluster?: Cluster;
  /** What assessors left for each other, oldest first; absent where nobody did. */
  notes?: Note[];
  /** Of a page: the decision whose embedded items were looked at since it was told. */
  embeddedChecked?: string;
  /** Where its "illegal" stood when pages that rest on it were told last; absent while it never fell. */
  standingTold?: string;
  requests: AnsweredRequest<KeptAnswer>[];
}

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
  if (target.fingerprints.length > 0 || file.target === undefined) return { ...file, target };
  const { fingerprints, format = target.format, sizeBytes = target.sizeBytes, isFilm, film } = file.target;
  const seen = { ...(format !== undefined && { format }), ...(sizeBytes !== undefined && { sizeBytes }) };
  return { ...file, target: { ...target, fingerprints, ...seen, ...(isFilm && { isFilm }), ...(film && { film }) } };
}

/** The last version of the match wins. */
export function withMatch(file: CaseFile, match: SeenMatch): CaseFile {
  if (match.version < (file.match?.version ?? 0)) return file;
  const told = (seen: SeenMatch | undefined) => substance(seen && withoutOwnEntries(file, seen));
  const changed = told(match) !== told(file.match);
  return { ...file, match, evidenceRevision: file.evidenceRevision + Number(changed) };
}

/** A notice of the decision was closed unsent: something else was at the address. */
export function withUnsent(file: CaseFile, decisionId: string): CaseFile {
  return file.unsentDecisionId === decisionId ? file : { ...file, unsentDecisionId: decisionId };
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

/** The decisions that others may know of. */
export function toldDecisions({ progress, decisions }: CaseFile): Decision[] {
  return progress.kind === "held" ? decisions.slice(0, -1) : decisions;
}

/** Whether the case waits for a person as others see it: claimed, held or free. */
export function isWaiting(progress: Progress): progress is Extract<Progress, { reason: QueueReason }> {
  return progress.kind === "queued" || progress.kind === "claimed" || progress.kind === "held";
}

/** What waits already keeps its place and its claim; for another person's word, it keeps that reason. */
export function queued(file: CaseFile, reason: QueueReason, now: Date): CaseFile {
  const { progress } = file;
  if (!isWaiting(progress)) return { ...file, progress: { kind: "queued", reason, queuedTime: now } };
  if (progress.reason === reason || isLookLane(progress.reason)) return file;
  return { ...file, progress: { ...progress, reason } };
}

/** Whether the case began to wait for a person: it waited for nobody before, or in somebody's hand for another reason. */
export function waitsAnew(before: CaseFile | undefined, { progress }: CaseFile): boolean {
  if (progress.kind !== "queued" || before?.progress.kind === "queued") return false;
  return before?.progress.kind !== "claimed" || before.progress.reason !== progress.reason;
}

/** It waits for another person, or for a supervisor. */
export function isLookLane(reason: QueueReason): boolean {
  return reason === "QUEUE_REASON_SECOND_LOOK" || reason === "QUEUE_REASON_DISAGREEMENT";
}
