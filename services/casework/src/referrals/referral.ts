import { isByMachine } from "@ntd/facts";
import type { Decision, ReferralCause, ReferralOutcome } from "@ntd/proto/casework/v1/case";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { newlyTold } from "../holds/police-first.ts";
import { isKnown } from "../policies/known.ts";
import { isLifeAtRisk } from "../cases/life-at-risk.ts";
import { asToday } from "../doubts/doubt.ts";
import { wrongState, type Refusal } from "../refusal.ts";

/** What police are told of a case, and what they answer: offered until it is acknowledged. */
export interface Referral {
  /** Each once, in the order in which they came. */
  causes: ReferralCause[];
  referredTime: Date;
  /** Since when it waits for police: another cause offers it again, and so does what becomes of its decision. */
  offeredTime: Date;
  /** The told "illegal" that it was made for; absent where none was. */
  decisionId?: string;
  /** That decision is taken back. */
  withdrawnTime?: Date;
  /** Of one by hand. */
  byHand?: { by: string; reason: Sealed };
  /** Absent while it is offered. */
  acknowledged?: { by: string; time: Date };
  /** What police call it; stays when it is offered again. */
  policeReference?: string;
  /** Oldest first, the newest 20. */
  feedback?: Feedback[];
}

export interface Feedback {
  outcome: ReferralOutcome;
  text: Sealed;
  by: string;
  time: Date;
}

/** What rules as data say of referrals. */
export interface ReferralRules {
  /** Whether police are told of what is hosted in this country, since it has no hotline. */
  isPoliceRoute: (country: string) => boolean;
}

const KEPT = 20;

/**
 * The case with what its change gives police to know. It is part of the write that causes it, so that a crash loses
 * nothing; gone material is referred like any other. A cause refers once, however often it comes.
 */
export function withReferral(before: CaseFile | undefined, file: CaseFile, rules: ReferralRules, now: Date): CaseFile {
  const illegal = illegalTold(file);
  const isNew = illegal !== undefined && newlyTold(before, file) === illegal;
  const due = causesOf(file, { illegal, isNew }, rules);
  const referred = withCauses(file, due, now);
  return withDecision(referred, isNew ? illegal : undefined, now);
}

function causesOf(
  file: CaseFile,
  { illegal, isNew }: { illegal: Decision | undefined; isNew: boolean },
  rules: ReferralRules,
): ReferralCause[] {
  // Words alone are all that there is of a case without an address: they are passed on by consent.
  const country = file.target?.hostingCountry;
  const isAbroad = illegal !== undefined && file.doubt === undefined && country && rules.isPoliceRoute(country);
  const due: [ReferralCause, unknown][] = [
    ["REFERRAL_CAUSE_LIFE_AT_RISK", isLifeAtRisk(file)],
    ["REFERRAL_CAUSE_VICTIM", file.reports.victim && (!file.textOnly || file.reports.victimConsents)],
    ["REFERRAL_CAUSE_UNKNOWN_MATERIAL", isNew && illegal !== undefined && !isByMachine(illegal) && !isKnown(file)],
    ["REFERRAL_CAUSE_ABROAD", isAbroad],
  ];
  return due.filter(([, is]) => is).map(([cause]) => cause);
}

function withCauses(file: CaseFile, due: readonly ReferralCause[], now: Date): CaseFile {
  const causes = file.referral?.causes ?? [];
  const added = due.filter((cause) => !causes.includes(cause));
  if (added.length === 0) return file;
  const { acknowledged: _, ...before } = file.referral ?? { referredTime: now };
  return { ...file, referral: { ...before, causes: [...causes, ...added], offeredTime: now } };
}

// Whose cause is a decision follows it: what is decided again is not withdrawn any more.
function withDecision(file: CaseFile, illegal: Decision | undefined, now: Date): CaseFile {
  const { referral } = file;
  if (referral === undefined || !referral.causes.some(isOfDecision)) return file;
  const { withdrawnTime, ...rest } = referral;
  const decisionId = illegal?.decisionId ?? referral.decisionId ?? toldDecisions(file).at(-1)?.decisionId;
  if (decisionId !== referral.decisionId) {
    const stands = { ...rest, ...(decisionId && { decisionId }) };
    return { ...file, referral: withdrawnTime === undefined ? stands : offeredAgain(stands, now) };
  }
  const isWithdrawn = toldDecisions(file).some((one) => takesBack(one, decisionId));
  if (!isWithdrawn || withdrawnTime !== undefined) return file;
  return { ...file, referral: offeredAgain({ ...referral, withdrawnTime: now }, now) };
}

// Police who have it already would look at it no more: what they had is taken back, or stands again.
function offeredAgain(referral: Referral, now: Date): Referral {
  const { acknowledged: had, ...rest } = referral;
  return had === undefined ? referral : { ...rest, offeredTime: now };
}

function takesBack(decision: Decision, decisionId: string | undefined): boolean {
  const { withdrawsDecisionId, confirmedBy } = asToday(decision);
  return withdrawsDecisionId === decisionId && confirmedBy !== "";
}

function illegalTold(file: CaseFile): Decision | undefined {
  const told = toldDecisions(file).at(-1);
  return told?.verdict === "VERDICT_ILLEGAL" ? told : undefined;
}

/** Whether it tells that something was decided. */
export function isOfDecision(cause: ReferralCause): boolean {
  return cause === "REFERRAL_CAUSE_UNKNOWN_MATERIAL" || cause === "REFERRAL_CAUSE_ABROAD";
}

/** A person's word that police should know of it. */
export function referredByHand(file: CaseFile, byHand: { by: string; reason: Sealed }, now: Date): CaseFile | Refusal {
  if (file.referral?.byHand !== undefined)
    return wrongState(`It was referred by hand already, by ${file.referral.byHand.by}.`);
  const referred = withCauses(file, ["REFERRAL_CAUSE_BY_HAND"], now);
  return referred.referral === undefined ? referred : { ...referred, referral: { ...referred.referral, byHand } };
}

/** Police have it. */
export function acknowledged(file: CaseFile, by: string, policeReference: string, now: Date): CaseFile | Refusal {
  const { referral } = file;
  if (referral === undefined) return NOT_REFERRED;
  if (referral.acknowledged !== undefined)
    return wrongState(`It is acknowledged already, by ${referral.acknowledged.by}.`);
  return { ...file, referral: { ...referral, acknowledged: { by, time: now }, policeReference } };
}

/** What came of it; the newest word is the one that others hear. */
export function withFeedback(file: CaseFile, feedback: Feedback): CaseFile | Refusal {
  const { referral } = file;
  if (referral === undefined) return NOT_REFERRED;
  if (referral.policeReference === undefined)
    return wrongState("Nobody has acknowledged it yet: acknowledge it first.");
  return { ...file, referral: { ...referral, feedback: [...(referral.feedback ?? []), feedback].slice(-KEPT) } };
}

const NOT_REFERRED = wrongState("It is not referred to police.");

/**
 * What is offered first: a child in danger now, then what waits longest; then what was acknowledged last. Undefined for
 * what is not referred.
 */
export function referralOrder(file: CaseFile): string | undefined {
  const { referral } = file;
  if (referral === undefined) return undefined;
  if (referral.acknowledged === undefined) {
    return `${isLifeAtRisk(file) ? OFFERED_FIRST : OFFERED}${referral.offeredTime.toISOString()}`;
  }
  return `1${String(END_OF_TIME - referral.acknowledged.time.getTime()).padStart(15, "0")}`;
}

/** Beginnings of the order of what nobody has acknowledged; all of it is below what somebody has. */
export const OFFERED_FIRST = "00";
export const OFFERED = "01";
export const ACKNOWLEDGED = "1";

const END_OF_TIME = 8_640_000_000_000_000;
