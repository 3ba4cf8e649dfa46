import type { Environment } from "@ntd/proto/common/v1/common";
import type { Outcome } from "@ntd/proto/takedown/v1/notice";

/** An answer of the provider and when the platform received it. */
export interface Answered {
  outcome: Outcome;
  revision: number;
  receivedTime: Date;
}

/** When a target was last seen and when it was first found gone: gone in (lastSeenTime, goneTime]. */
export interface Sightings {
  lastSeenTime: Date | undefined;
  goneTime: Date | undefined;
}

/** What a notice says about one of its targets. */
export interface NoticeFacts extends Sightings {
  version: number;
  noticeId: string;
  targetId: string;
  episode: number;
  caseId: string;
  decisionId: string;
  providerId: string;
  environment: Environment;
  withdrawn: boolean;
  issuedTime: Date;
  offeredTime: Date | undefined;
  acknowledgedTime: Date | undefined;
  goneBeforeOffer: boolean;
  answers: Answered[];
}

/** What the platform itself saw at a target in one episode. */
export interface TargetFacts extends Sightings {
  version: number;
  slotsRequired: number;
}

/** What led to the notice. */
export interface CaseTimes {
  reportedTime: Date | undefined;
  /** Of what casework says of the first report: the highest counts. Absent or 0: pieced together from its reports. */
  reportedRevision?: number;
  decidedTime: Date | undefined;
}

/** Everything known about one notice and one target. */
export interface Timeline extends CaseTimes {
  schemaVersion: 1;
  notice: NoticeFacts;
  target: TargetFacts | undefined;
}

/** The last version of the notice wins. */
export function withNotice(timeline: Timeline | undefined, notice: NoticeFacts): Timeline {
  if (timeline === undefined) {
    return { schemaVersion: 1, notice, target: undefined, reportedTime: undefined, decidedTime: undefined };
  }
  return notice.version < timeline.notice.version ? timeline : { ...timeline, notice };
}

/** The last version of the target wins. */
export function withTarget(timeline: Timeline, target: TargetFacts): Timeline {
  return target.version < (timeline.target?.version ?? 0) ? timeline : { ...timeline, target };
}

/** The first report counts, by the newest that casework says of it; a decision has one time only. */
export function withCase(timeline: Timeline, times: CaseTimes): Timeline {
  const decidedTime = timeline.decidedTime ?? times.decidedTime;
  const { reportedTime, reportedRevision = 0 } = times;
  const known = timeline.reportedRevision ?? 0;
  if (reportedRevision > known) return { ...timeline, reportedTime, reportedRevision, decidedTime };
  if (known > 0) return { ...timeline, decidedTime };
  return { ...timeline, reportedTime: earlier(timeline.reportedTime, reportedTime), decidedTime };
}

export function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a <= b ? a : b;
}

/** Where a notice ended, for the figures: exactly one of these. */
export type Standing = "withdrawn" | "gone before offer" | "gone" | "open";

/** The dated facts of a timeline, claimed and seen kept apart. */
export interface NoticeTimes extends Omit<CaseTimes, "reportedRevision">, Sightings {
  environment: Environment;
  slotsRequired: number;
  standing: Standing;
  issuedTime: Date;
  offeredTime: Date | undefined;
  acknowledgedTime: Date | undefined;
  /** The answer that stands, and when it was first given without another in between. */
  answer: { outcome: Outcome; time: Date } | undefined;
  claimedStillPresent: boolean;
}

export function timesOf(timeline: Timeline): NoticeTimes {
  const { notice, target, reportedTime, decidedTime } = timeline;
  const seen = sightings(notice, target);
  const answer = standingAnswer(notice.answers);
  const standing = standingOf(notice, seen);
  return {
    environment: notice.environment,
    slotsRequired: target?.slotsRequired ?? 0,
    standing,
    reportedTime,
    decidedTime,
    issuedTime: notice.issuedTime,
    offeredTime: notice.offeredTime,
    acknowledgedTime: notice.acknowledgedTime ?? notice.answers.map((a) => a.receivedTime).reduce(earlier, undefined),
    answer,
    ...seen,
    claimedStillPresent:
      standing === "open" &&
      answer !== undefined &&
      claimsGone(answer.outcome) &&
      seen.lastSeenTime !== undefined &&
      seen.lastSeenTime > answer.time,
  };
}

// The prober's own word counts; what the notice repeats of it stands in until that has arrived.
function sightings(notice: NoticeFacts, target: TargetFacts | undefined): Sightings {
  const { lastSeenTime, goneTime } =
    target?.goneTime !== undefined || notice.goneTime === undefined ? (target ?? notice) : notice;
  return { lastSeenTime, goneTime };
}

function standingOf(notice: NoticeFacts, { goneTime }: Sightings): Standing {
  if (notice.withdrawn) return "withdrawn";
  if (notice.goneBeforeOffer) return "gone before offer";
  if (goneTime === undefined) return "open";
  return notice.offeredTime === undefined || goneTime <= notice.offeredTime ? "gone before offer" : "gone";
}

function standingAnswer(answers: readonly Answered[]): NoticeTimes["answer"] {
  const newestFirst = answers.toSorted((a, b) => b.revision - a.revision || compare(b.receivedTime, a.receivedTime));
  const [newest] = newestFirst;
  if (newest === undefined) return undefined;
  const change = newestFirst.findIndex((a) => a.outcome !== newest.outcome);
  const first = newestFirst.slice(0, change === -1 ? undefined : change).at(-1) ?? newest;
  return { outcome: newest.outcome, time: first.receivedTime };
}

function compare(a: Date, b: Date): number {
  return a.getTime() - b.getTime();
}

/** The provider says that it removed the material or closed the way to it. */
export const removals: readonly Outcome[] = ["OUTCOME_REMOVED", "OUTCOME_ACCESS_DISABLED", "OUTCOME_BLOCKED"];

function claimsGone(outcome: Outcome): boolean {
  return removals.includes(outcome) || outcome === "OUTCOME_ALREADY_GONE";
}
