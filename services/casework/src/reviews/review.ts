import { isSamePerson } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { ReviewKind, ReviewVerdict } from "@ntd/proto/casework/v1/review_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { AnsweredRequest } from "@ntd/rpc";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { keysOf, type Subject } from "../breakers/subject.ts";

export type ReviewProgress =
  | { kind: "open" }
  | { kind: "claimed"; owner: string; claimedTime: Date }
  | {
      kind: "decided";
      owner: string;
      verdict: Exclude<ReviewVerdict, "UNRECOGNIZED">;
      reason: Sealed;
      decidedTime: Date;
    };

/** Somebody says that a decision is wrong: who looks, until when, and what became of it. */
export interface Review {
  schemaVersion: 1;
  kind: ReviewKind;
  /** As it was named: there may be none. "" or unknown, it is found by the target and the time. */
  caseId: string;
  targetId: string;
  /** The decision that it is against; "" where that is found by the time, too. */
  decisionId: string;
  noticeId: string;
  providerId: string;
  grounds: string;
  text?: Sealed;
  /** What a complaint names, and how to reach who sent it. */
  address?: Sealed;
  contact?: Sealed;
  /** Of a complaint's text. */
  language?: string;
  /** Of what causes it: a repeat opens nothing else. */
  openedTime: Date;
  dueTime: Date;
  progress: ReviewProgress;
  /** Of a dispute, whose decision it is against. */
  against?: Subject[];
  /** A dispute that no breaker has counted. */
  isUncounted?: true;
  /** It was upheld, and its case does not know yet. */
  isUntold?: true;
  requests: AnsweredRequest<ReviewProgress>[];
}

export type Opened = Pick<Review, "kind" | "openedTime"> & Partial<Omit<Review, "progress" | "dueTime" | "requests">>;

export function openReview(cause: Opened, inquiryMs: number): Review {
  return {
    schemaVersion: 1,
    caseId: "",
    targetId: "",
    decisionId: "",
    noticeId: "",
    providerId: "",
    grounds: "",
    ...cause,
    dueTime: new Date(cause.openedTime.getTime() + inquiryMs),
    progress: { kind: "open" },
    requests: [],
  };
}

/** The decision under review, as far as there is one: its makers do not judge it. */
export type Reviewed = Pick<Decision, "decidedBy" | "confirmedBy"> | undefined;

/** `person` becomes the owner; from another one only by taking it over. */
export function claimedReview(
  review: Review,
  person: string,
  reviewed: readonly Reviewed[],
  now: Date,
  takeOver: boolean,
): Review | Refusal {
  const { progress } = review;
  if (progress.kind === "decided") return DECIDED;
  if (reviewed.some((decision) => made(decision, person))) return OWN_DECISION;
  if (progress.kind === "claimed" && progress.owner === person) return review;
  if (progress.kind === "claimed" && !takeOver) {
    return wrongState("Another assessor has it. Take it over if it cannot wait.");
  }
  return { ...review, progress: { kind: "claimed", owner: person, claimedTime: now } };
}

/** The owner's word: upheld, the case has to hear of it. */
export function decidedReview(
  review: Review,
  person: string,
  reviewed: readonly Reviewed[],
  { verdict, reason }: { verdict: "REVIEW_VERDICT_UPHELD" | "REVIEW_VERDICT_REFUSED"; reason: Sealed },
  now: Date,
): Review | Refusal {
  const { progress } = review;
  if (progress.kind === "decided") return DECIDED;
  if (progress.kind !== "claimed" || progress.owner !== person) {
    return wrongState("You do not have it. Claim it first.");
  }
  // Another decision may have been made since it was claimed.
  if (reviewed.some((decision) => made(decision, person))) return OWN_DECISION;
  const decided: Review = {
    ...review,
    progress: { kind: "decided", owner: person, verdict, reason, decidedTime: now },
  };
  return verdict === "REVIEW_VERDICT_UPHELD" ? { ...decided, isUntold: true } : decided;
}

/** The case knows. */
export function toldReview(review: Review): Review {
  const { isUntold, ...told } = review;
  return isUntold === true ? told : review;
}

/** When it is due; undefined once it is decided. */
export function waitsUntil({ progress, dueTime }: Review): Date | undefined {
  return progress.kind === "decided" ? undefined : dueTime;
}

/** Whose decision it is against while it is open. */
export function openAgainst({ progress, against }: Review): ReturnType<typeof keysOf> {
  return keysOf(progress.kind === "decided" ? [] : (against ?? []));
}

/** The provider whose dispute it is, unless the dispute was refused. */
export function disputantOf({ kind, providerId, progress }: Review): string | undefined {
  const isRefused = progress.kind === "decided" && progress.verdict === "REVIEW_VERDICT_REFUSED";
  return kind === "REVIEW_KIND_DISPUTE" && !isRefused ? providerId : undefined;
}

/** What a complaint is about, as it named it, while nobody has judged it. */
export function complaintAbout({ kind, progress, caseId, targetId }: Review): string[] {
  const isOpen = kind === "REVIEW_KIND_COMPLAINT" && progress.kind !== "decided";
  return isOpen ? [caseId, targetId].filter((id) => id !== "") : [];
}

export function isOverdue(review: Review, now: Date): boolean {
  const due = waitsUntil(review);
  return due !== undefined && due <= now;
}

function made(decision: Reviewed, person: string): boolean {
  const makers = [decision?.decidedBy ?? "", decision?.confirmedBy ?? ""];
  return makers.some((maker) => maker !== "" && isSamePerson(maker, person));
}

const DECIDED = wrongState("It is decided already.");
const OWN_DECISION = samePerson(
  "This takes another person: you made the decision that it is about, or agreed with it.",
);
