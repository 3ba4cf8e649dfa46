import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Content, ProbeReason } from "@ntd/proto/prober/v1/target";

export type Reason = Exclude<keyof typeof ProbeReason, "UNSPECIFIED" | "UNRECOGNIZED">;

/** An address that is watched. */
export interface Target {
  schemaVersion: 1;
  targetId: string;
  address: Sealed;
  /** 1 at first sight; +1 when material is present again after gone. Never falls. */
  episode: number;
  phase: Phase;
  /** What was last seen there in this episode; absent while nothing was. */
  seen?: Seen;
  /** Since when the address gives no answer at all, on end. */
  silent?: { since: Date; last: Date };
  /** Since when other content than the seen one is at the address. */
  otherSince?: Date;
  resolvedIp: string;
  /** Time of the probe that led to the published state. */
  probedTime?: Date;
  /** Of the newest report that names the address. */
  reportedTime?: Date;
  /** When we heard of the newest answer to a notice: the next sighting contradicts its claim and is told. */
  answeredTime?: Date;
  /** Reports already noted, newest last. */
  reports: string[];
  notices: NoticeMark[];
  /** What the end of the watch is counted from: the last report, notice or change of phase. */
  watchFrom: Date;
  work: Work;
}

export type OpenPhase =
  | { is: "NEW" }
  | { is: "PRESENT" }
  | { is: "NOT_MEDIA"; reason: Reason }
  | { is: "UNREACHABLE"; reason: Reason }
  | { is: "SUSPECT_GONE"; reason: Reason; run: MissRun }
  | { is: "GONE"; reason: Reason; goneTime: Date };

/** Closed is no longer watched; a new report takes the address up again where it was. */
export type Phase = OpenPhase | { is: "CLOSED"; was: OpenPhase };

/** Misses since the last sighting. Many within one slot count once. */
export interface MissRun {
  first: Date;
  slots: number;
  lastSlot: number;
}

export interface Seen {
  /** A picture is compared perceptually; of a page (no picture) only the reason and its cryptographic hashes are known. */
  as: { is: "PRESENT" } | { is: "NOT_MEDIA"; reason: Reason };
  content: Content;
  first: Date;
  last: Date;
}

/** A notice on this target: while one is open the address is looked at often (`schedule.ts`). */
export interface NoticeMark {
  id: string;
  version: number;
  episode: number;
  open: boolean;
  /** When it was issued; release 0.2 noted none. */
  since?: Date;
  /** Answers that the provider gave for this target so far. */
  answers: number;
}

/** Who works on the target, and when it is due. */
export interface Work {
  dueAt?: Date;
  /** Claims since a probe last came to an end; a crash leaves its claim counted. */
  attempts: number;
  /** Number of the newest claim: an older one may not save any more. */
  claim: number;
  claimedUntil?: Date;
  /** Raised by everything that asks for a probe; one that began before must be followed by another. */
  wanted: number;
  wantedAtClaim: number;
  /** How often, on end, our own fingerprint service failed. */
  peerFailures: number;
  /** The lane of who asked for the next look; absent while only the clock does. */
  lane?: string;
  /** W3C headers of what asked last: the probe continues that trace. */
  trace?: Record<string, string>;
}
