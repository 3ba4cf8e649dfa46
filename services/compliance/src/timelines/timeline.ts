import type { Environment } from "@ntd/proto/common/v1/common";
import type { HotlineAction } from "@ntd/proto/hotline/v1/hotline_link_service";
import type { GoneStrength } from "@ntd/proto/prober/v1/target";
import type { Outcome, Preservation } from "@ntd/proto/takedown/v1/notice";
import { standingAnswer } from "./standing-answer.ts";
import { askedTimesOf, type AskedTimes } from "./asked.ts";
import { doubtTimesOf, type DoubtTimes, type Reversed } from "./doubt.ts";
import { earlier } from "./earlier.ts";
import { heldTimesOf, newestHolds, type HeldTimes, type HoldsTold } from "./held.ts";
import type { Suspended } from "./suspended.ts";

/** An answer of the provider and when the platform received it. */
export interface Answered {
  outcome: Outcome;
  revision: number;
  receivedTime: Date;
  /** Its word on what the notice asks to keep. */
  preservation?: Preservation;
  /** Of a hotline of another country. */
  action?: HotlineAction;
}

/** When a target was last seen and when it was first found gone: gone in (lastSeenTime, goneTime]. */
export interface Sightings {
  lastSeenTime: Date | undefined;
  goneTime: Date | undefined;
  /** How sure gone is. Absent while it is not gone, and in what release 0.2 wrote. */
  goneStrength?: GoneStrength;
  singleVantage?: true;
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
  /** Of one that a decision withdrew. */
  reversed?: Reversed;
  /** While its decision was in doubt, oldest first; absent of one that never was. */
  suspensions?: Suspended[];
  /** Absent in what release 0.2 wrote. */
  closed?: true;
  /** Closed or withdrawn. Absent in what earlier releases wrote. */
  endedTime?: Date;
  /** It asks to keep what is removed. */
  preserve?: true;
  /** It is for a hotline of this country; empty where that is not told. */
  abroad?: string;
  issuedTime: Date;
  offeredTime: Date | undefined;
  acknowledgedTime: Date | undefined;
  goneBeforeOffer: boolean;
  answers: Answered[];
}

/** What the platform itself saw at a target in one episode, as far as figures are made of it. */
export interface TargetFacts extends Sightings {
  version: number;
  slotsRequired: number;
  /** Not gone, and nobody can see whether it is there; when the last look could see. */
  unseen?: { lastLookTime: Date | undefined };
  /** Some eyes are shown something else: it is still there. */
  cloaked?: true;
  /** Gone for the eyes of this country alone: it is still there. */
  restrictedHere?: true;
  /** Seen again after a notice about it was withdrawn. */
  restoredTime?: Date;
}

/** What led to the notice. */
export interface CaseTimes extends HoldsTold {
  reportedTime: Date | undefined;
  /** Of what casework says of the first report: the highest counts. Absent or 0: pieced together from its reports. */
  reportedRevision?: number;
  decidedTime: Date | undefined;
  /** A person decided. Absent: a machine did, or release 0.2 did not note who. */
  byPerson?: true;
  /** It asks to take out of a page what is embedded in it; the page stays. */
  ofPage?: true;
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

/** The first report counts, by the newest that casework says of it; a decision has one time and one author only. */
export function withCase(timeline: Timeline, times: CaseTimes): Timeline {
  const decidedTime = timeline.decidedTime ?? times.decidedTime;
  const decided = {
    ...timeline,
    ...newestHolds(timeline, times),
    decidedTime,
    ...(times.byPerson && { byPerson: true as const }),
    ...(times.ofPage && { ofPage: true as const }),
  };
  const { reportedTime, reportedRevision = 0 } = times;
  const known = timeline.reportedRevision ?? 0;
  if (reportedRevision > known) return { ...decided, reportedTime, reportedRevision };
  return known > 0 ? decided : { ...decided, reportedTime: earlier(timeline.reportedTime, reportedTime) };
}

/** Where a notice stands, for the figures: exactly one of these. */
export type Standing =
  | "open"
  | "gone"
  | "gone before offer"
  | "withdrawn"
  | "gone by persons"
  | "gone when sent"
  | "not sent";

/** The dated facts of a timeline, claimed and seen kept apart. */
export interface NoticeTimes
  extends
    Omit<CaseTimes, "reportedRevision" | "byPerson" | "ofPage" | "holdsVersion" | "holds">,
    Required<Omit<Sightings, "singleVantage">>,
    DoubtTimes,
    HeldTimes,
    AskedTimes {
  environment: Environment;
  ofPage: boolean;
  slotsRequired: number;
  standing: Standing;
  singleVantage: boolean;
  /** Of an open one: nobody can see whether it is there. */
  notObservable: boolean;
  /** Of one that cannot be observed: until then it was. */
  lastLookTime: Date | undefined;
  cloaked: boolean;
  restrictedHere: boolean;
  issuedTime: Date;
  offeredTime: Date | undefined;
  acknowledgedTime: Date | undefined;
  /** The answer that stands, and when it was first given without another in between. */
  answer: { outcome: Outcome; time: Date } | undefined;
  claimedStillPresent: boolean;
}

export function timesOf(timeline: Timeline): NoticeTimes {
  const { notice, target, reportedTime, decidedTime, holds = [] } = timeline;
  const seen = sightings(notice, target);
  const answer = standingAnswer(notice.answers);
  const standing = standingOf(timeline, seen);
  const open = standing === "open";
  const notObservable = open && (target?.unseen !== undefined || seen.goneStrength === SILENCE);
  return {
    environment: notice.environment,
    ofPage: timeline.ofPage === true,
    slotsRequired: target?.slotsRequired ?? 0,
    standing,
    reportedTime,
    decidedTime,
    issuedTime: notice.issuedTime,
    offeredTime: notice.offeredTime,
    acknowledgedTime: notice.acknowledgedTime ?? notice.answers.map((a) => a.receivedTime).reduce(earlier, undefined),
    answer,
    ...seen,
    notObservable,
    lastLookTime: notObservable ? (target?.unseen?.lastLookTime ?? seen.lastSeenTime) : undefined,
    cloaked: open && target?.cloaked === true,
    restrictedHere: open && target?.restrictedHere === true,
    claimedStillPresent:
      open &&
      answer !== undefined &&
      claimsGone(answer.outcome) &&
      seen.lastSeenTime !== undefined &&
      seen.lastSeenTime > answer.time,
    ...doubtTimesOf(timeline, { open, goneTime: seen.goneTime, answer }),
    ...heldTimesOf(holds, { ...notice, endedTime: endOf(notice) }),
    ...askedTimesOf(notice),
  };
}

// Earlier releases did not keep when it ended.
function endOf({ endedTime, closed, withdrawn, issuedTime }: NoticeFacts): Date | undefined {
  return endedTime ?? (closed || withdrawn ? issuedTime : undefined);
}

const SILENCE: GoneStrength = "GONE_STRENGTH_SILENCE_0_2";

type Seen = Pick<NoticeTimes, "lastSeenTime" | "goneTime" | "goneStrength" | "singleVantage">;

// What release 0.2 kept of gone does not tell how sure it was; its prober says so again after the upgrade.
function sightings(notice: NoticeFacts, target: TargetFacts | undefined): Seen {
  const { lastSeenTime, goneTime, goneStrength, singleVantage } = whoSaw(notice, target);
  if (goneTime === undefined) {
    return { lastSeenTime, goneTime, goneStrength: "GONE_STRENGTH_UNSPECIFIED", singleVantage: false };
  }
  const untold = goneStrength === undefined;
  return {
    lastSeenTime,
    goneTime,
    goneStrength: goneStrength ?? "GONE_STRENGTH_ABSENT",
    singleVantage: untold || singleVantage === true,
  };
}

// The prober's own word counts; what the notice repeats of it stands in until that has arrived.
function whoSaw(notice: NoticeFacts, target: TargetFacts | undefined): Sightings {
  return target?.goneTime !== undefined || notice.goneTime === undefined ? (target ?? notice) : notice;
}

function standingOf({ notice, byPerson }: Timeline, { goneTime, goneStrength }: Seen): Standing {
  const { offeredTime } = notice;
  if (notice.withdrawn) return "withdrawn";
  if (notice.goneBeforeOffer) return "gone before offer";
  if (notice.closed && offeredTime === undefined) return "not sent";
  // Silence is no observation, whatever release 0.2 made of it.
  if (goneTime === undefined || goneStrength === SILENCE) return "open";
  if (offeredTime === undefined || goneTime <= offeredTime) {
    return !byPerson && goneStrength === "GONE_STRENGTH_ABSENT" ? "gone before offer" : "gone when sent";
  }
  return goneStrength === "GONE_STRENGTH_PERSON" ? "gone by persons" : "gone";
}

/** The provider says that it removed the material or closed the way to it. */
export const removals: readonly Outcome[] = ["OUTCOME_REMOVED", "OUTCOME_ACCESS_DISABLED", "OUTCOME_BLOCKED"];

function claimsGone(outcome: Outcome): boolean {
  return removals.includes(outcome) || outcome === "OUTCOME_ALREADY_GONE";
}
