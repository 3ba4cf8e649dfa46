import type { Sealed } from "@ntd/proto/common/v1/common";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Content, GoneStrength, ProbeReason } from "@ntd/proto/prober/v1/target";
import type { Opening } from "../fetch/opening.ts";
import type { DerivedOfEpisode } from "./derived.ts";
import type { MediaMark } from "./page-says.ts";
import type { Verdict } from "./verdict.ts";

export type Reason = Exclude<keyof typeof ProbeReason, "UNSPECIFIED" | "UNRECOGNIZED">;

export type Strength = Exclude<keyof typeof GoneStrength, "UNSPECIFIED" | "UNRECOGNIZED">;

/** What one look by one eye says, without what it saw. */
export type Said =
  | { is: "SEEN" }
  | { is: "ABSENT"; reason: Reason }
  | { is: "REPLACED"; reason: Reason }
  | { is: "BLIND"; reason: Reason };

/** A look that is told: of one eye, or of a person ("assessor/{name}"). */
export interface ToldLook {
  eye: string;
  said: Said;
  time: Date;
  /** Of its signed record. */
  evidenceId?: string;
}

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
  /** What each eye said last in this episode, by its name. */
  views?: Record<string, View>;
  /** Eyes that are shown something else than those that see: the material is still there. */
  cloaked?: ToldLook[];
  /** Since when, on end, no look could see anything; release 0.2 called it silent, and noted no reason. */
  silent?: Blindness;
  /** Of the newest look that could see, whatever it saw. */
  lastLook?: Date;
  /** Since when other content than the seen one is at the address. */
  otherSince?: Date;
  /** A person saw it in this episode: that outranks the eyes until one of them sees it. */
  personSaw?: PersonsWord;
  /** A person found it gone: it counts once a second one does. */
  personMissed?: PersonsWord;
  /** What persons said of it, the newest last. */
  sightings?: Sighting[];
  /** A person said that only a person can see what is there: eyes decide nothing but that they see it. */
  personOnly?: boolean;
  /** What persons are asked, once no eye can tell. */
  question?: Question;
  /** Reported by police or a trusted channel: a person is asked at once. */
  raised?: boolean;
  /** Gone for the eyes of this country, and seen abroad. */
  restrictedHere?: boolean;
  /** How what is there begins, where it is not read at every look: the next one asks for no more. */
  opening?: Opening;
  /** The looks that led to the published state. */
  told?: ToldLook[];
  /** The target whose address led here. */
  movedFrom?: string;
  /** The page on which it was found, and that made it a target. */
  foundOn?: string;
  /** What was decided of it last, by the newest version of the case of its newest episode. */
  verdict?: Verdict;
  /** Of its first picture in each of the newest episodes. */
  derived?: DerivedOfEpisode[];
  /** Keyed digest of the host of another name that the address led to last. */
  movedTo?: string;
  resolvedIp: string;
  /** Time of the probe that led to the published state. */
  probedTime?: Date;
  /** When it was seen again in this episode after a notice about it was withdrawn. */
  restored?: Date;
  /** Of the newest report that names the address. */
  reportedTime?: Date;
  /** When we heard of the newest answer to a notice: the next sighting contradicts its claim and is told. */
  answeredTime?: Date;
  /** When we heard that a notice waits for a fresh sighting: the next one is told. */
  sightAskedTime?: Date;
  /** Reports already noted, newest last. */
  reports: string[];
  /** How many looks reports have asked for in the newest slot in which one did; absent where release 0.2 noted them. */
  asked?: { slot: number; count: number };
  /** When reports are answered that came when the looks of their slot were fresh; a look that begins answers them, too. */
  bundledUntil?: Date;
  /** Answers to calls that changed it. */
  requests?: AnsweredRequest<{ needsSecond: boolean }>[];
  notices: NoticeMark[];
  /** What police ask of looks. Absent: no case of it ever had a hold that stops them. */
  holds?: CaseHolds;
  /** It met a mark before its first look, and waits for its case's holds. */
  met?: Met;
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
  | { is: "UNSEEN"; reason: Reason; since: Date; run?: MissRun }
  /** Release 0.2 noted no strength; `run`: of what it called gone by silence, the misses that were observed since. */
  | { is: "GONE"; reason: Reason; goneTime: Date; strength?: Strength; singleVantage?: boolean; run?: MissRun };

export type Gone = Extract<OpenPhase, { is: "GONE" }>;

/** Closed is no longer watched; a new report takes the address up again where it was. */
export type Phase = OpenPhase | { is: "CLOSED"; was: OpenPhase };

/** Slots since the last sighting in which every voter missed it. Many looks within one slot count once. */
export interface MissRun {
  first: Date;
  slots: number;
  lastSlot: number;
  /** What it began with; release 0.2 noted it beside the run. */
  reason?: Reason;
  /** What the voters said; absent in what release 0.2 wrote. */
  looks?: ToldLook[];
  /** Networks of the voters. */
  networks?: string[];
}

/** Slots on end in which nothing could be told. */
export interface Blindness {
  since: Date;
  last: Date;
  reason?: Reason;
  slots?: number;
  lastSlot?: number;
}

/** What an eye said last, and what else it was shown if it was. */
export interface View {
  said: Said;
  time: Date;
  other?: Content;
  media?: MediaMark;
  /** How what it was shown begins, where that is not read at every look. */
  opening?: Opening;
}

/** When a person looked, and who. */
export interface PersonsWord {
  by: string;
  time: Date;
}

/** What a person said, for those who look at it later. */
export interface Sighting extends PersonsWord {
  says: "SEEN" | "GONE" | "MOVED_TO";
  /** By what means, in the person's words. */
  how: Sealed;
  toldTime: Date;
}

/** Asked `count` times so far. */
export interface Question {
  count: number;
  /** Since when it waits for an answer. */
  openSince?: Date;
  /** Not asked again before. */
  nextTime?: Date;
}

export interface Seen {
  /** A picture is compared perceptually; of a page (no picture) only the reason and its cryptographic hashes are known. */
  as: { is: "PRESENT" } | { is: "NOT_MEDIA"; reason: Reason };
  content: Content;
  first: Date;
  last: Date;
  /** Names of the eyes that saw it in this episode; release 0.2 had one eye. */
  by?: string[];
}

/** What police ask of looks, by the newest version of the case of one episode. */
export interface CaseHolds {
  episode: number;
  /** Of the case. */
  version: number;
  /** Absent: no hold in force says anything of looks. */
  stops?: Stop;
}

/** Looks are stopped, or slow. */
export interface Stop {
  /** When the last look began, or this did. */
  since: Date;
  /** How often it is looked at; absent: not at all. */
  everyMs?: number;
}

/** Before its first look it met a mark: nothing was asked of the host there. */
export interface Met {
  time: Date;
  /** Its own address, or one that it leads to, and what the host of that resolved to. */
  address: Sealed;
  ips: string[];
}

/** A notice on this target: while one is open the address is looked at often (`schedule.ts`). */
export interface NoticeMark {
  id: string;
  version: number;
  episode: number;
  open: boolean;
  /** Its provider is told to wait: it is open, and asks for no removal. */
  suspended?: true;
  /** When it was withdrawn, while its provider is asked to restore. */
  withdrawn?: Date;
  /** Seen here again since it was withdrawn. */
  restored?: true;
  /** It has left: from then on eyes that name themselves look, too. */
  offered?: boolean;
  /** When takedown asked for a fresh sighting last. */
  lookAsked?: Date;
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
