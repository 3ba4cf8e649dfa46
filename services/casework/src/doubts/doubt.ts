import { isSamePerson, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision, Doubt as PublishedDoubt, DoubtCause, QueueReason } from "@ntd/proto/casework/v1/case";
import { isLookLane, isWaiting, queued, toldDecisions, withReports, type CaseFile } from "../cases/case.ts";

/**
 * One word against a decision: a person's, or that of all who took back what decided ("hash-list": nobody knows who).
 * Nobody's where something else is there by now: it puts the decision in doubt, and withdraws nothing.
 */
export interface Word {
  cause: DoubtCause;
  by: string[];
}

/** Why the told "illegal" is in doubt. The strongest word comes first, and names the cause. */
export interface Doubt {
  decisionId: string;
  sinceTime: Date;
  words: Word[];
}

/** Whose word it is that a hit was lost, where nobody knows who took it back. */
export const HASH_LIST = "hash-list";

/** What there is to doubt: the last told "illegal", also while one person alone has decided otherwise. */
export function toldIllegal(file: CaseFile): Decision | undefined {
  const told = toldDecisions(file);
  const pending = unconfirmed(file);
  if (pending !== undefined) return told.find(({ decisionId }) => decisionId === pending.withdrawsDecisionId);
  return told.at(-1)?.verdict === "VERDICT_ILLEGAL" ? told.at(-1) : undefined;
}

/** The told decision that is one person's word alone against an earlier "illegal". */
export function unconfirmed(file: CaseFile): Decision | undefined {
  const last = toldDecisions(file).at(-1);
  if (last === undefined) return undefined;
  const { withdrawsDecisionId, confirmedBy } = asToday(last);
  return withdrawsDecisionId !== "" && confirmedBy === "" ? last : undefined;
}

/** A decision of release 0.2 lacks what it did not know. */
export function asToday(decision: Decision): Decision {
  return { ...WITHDRAWS_NOTHING, ...decision };
}

/**
 * A word against the told "illegal", which is not in force any more until a person decides it again. It starts the doubt
 * or joins it, and the case waits for a person. Where one person has decided otherwise, another's word withdraws the
 * "illegal". The same word again changes nothing, and neither does one where there is nothing to doubt.
 */
export function inDoubt(file: CaseFile, { cause, by, now }: Word & { now: Date }): CaseFile {
  const decision = toldIllegal(file);
  if (decision === undefined) return file;
  const { doubt } = file;
  const words = withWord(doubt?.words ?? [], { cause, by });
  if (words === doubt?.words) return file;
  const sinceTime = doubt?.sinceTime ?? after(file.doubtedTime, now);
  const doubted = { decisionId: decision.decisionId, sinceTime, words };
  return settled({ ...file, doubt: doubted, doubtedTime: sinceTime }, now);
}

// By its time others tell a doubt from the one before: a clock that was put back, or another replica's, is not asked.
function after(last: Date | undefined, now: Date): Date {
  return last === undefined || now > last ? now : new Date(last.getTime() + 1);
}

/** Without the words of `cause`: a stay was lifted. Where the case stands is left as it is. */
export function withoutWord(file: CaseFile, cause: DoubtCause): CaseFile {
  const { doubt, ...rest } = file;
  const words = doubt?.words.filter((word) => word.cause !== cause) ?? [];
  if (doubt === undefined || words.length === doubt.words.length) return file;
  return words.length === 0 ? rest : { ...rest, doubt: { ...doubt, words } };
}

/**
 * What was said by `cause` is so no more, and the decision is in force again: the case waits for what other words say, and
 * for nobody where that word alone had brought it before a person. Who has it in hand, or had it to do before, sees it still.
 */
export function withoutCause(file: CaseFile, cause: DoubtCause, now: Date): CaseFile {
  const after = withoutWord(file, cause);
  if (after === file) return file;
  if (after.doubt?.words.some((word) => !isStay(word))) return settled(after, now);
  const { progress } = after;
  if (!isWaiting(progress) || progress.reason !== REASONS[cause]) return after;
  const waitsForThat = progress.kind === "queued" && progress.queuedTime >= (file.doubt?.sinceTime ?? now);
  return waitsForThat
    ? { ...after, progress: { kind: "decided" } }
    : { ...after, progress: { ...progress, reason: "QUEUE_REASON_NEW_EVIDENCE" } };
}

/**
 * The case whose newest decision others hear of now. "Illegal" ends the doubt, but for a stay: that is a court's. Another
 * one is a word against the "illegal" before it.
 */
export function withDecisionTold(file: CaseFile, now: Date): CaseFile {
  const decision = file.decisions.at(-1);
  const before = { ...file, decisions: file.decisions.slice(0, -1) };
  const against = toldIllegal(before);
  if (decision === undefined) return file;
  if (against === undefined) return { ...file, decisions: [...before.decisions, stillWithdrawing(before, decision)] };
  const { doubt, ...rest } = file;
  if (decision.verdict === "VERDICT_ILLEGAL") {
    const words = doubt?.words.filter(isStay) ?? [];
    if (doubt === undefined || words.length === 0) return rest;
    return { ...rest, doubt: { ...doubt, decisionId: decision.decisionId, words } };
  }
  const withdraws = { ...decision, withdrawsDecisionId: against.decisionId };
  const told = { ...file, decisions: [...before.decisions, withdraws] };
  const after = inDoubt(told, { cause: "DOUBT_CAUSE_DECIDED_OTHERWISE", by: [decision.decidedBy], now });
  return after === told ? settled(told, now) : after;
}

// An event of the withdrawal may be overtaken by the next one: that tells it still.
function stillWithdrawing(before: CaseFile, decision: Decision): Decision {
  const last = before.decisions.at(-1);
  const { withdrawsDecisionId, confirmedBy } = last === undefined ? WITHDRAWS_NOTHING : asToday(last);
  if (last === undefined || confirmedBy === "" || decision.verdict === "VERDICT_ILLEGAL") return decision;
  const other = isSamePerson(confirmedBy, decision.decidedBy) ? last.decidedBy : confirmedBy;
  return { ...decision, withdrawsDecisionId, confirmedBy: other };
}

/** Who else says so: another's word than that of `person`, a person's before the list's; undefined when nobody does. */
export function otherWord({ doubt }: CaseFile, person: string): string | undefined {
  const others = (doubt?.words ?? []).filter(
    (word) => !isStay(word) && !word.by.some((by) => isSamePerson(by, person)),
  );
  return others.flatMap(({ by }) => by).toSorted((a, b) => Number(a === HASH_LIST) - Number(b === HASH_LIST))[0];
}

/** Whose word that of `person` would go with, to withdraw the "illegal"; undefined where it takes somebody else's. */
export function wordToConfirm(file: CaseFile, person: string): string | undefined {
  const pending = unconfirmed(file);
  if (pending === undefined) return otherWord(file, person);
  return isSamePerson(pending.decidedBy, person) ? undefined : pending.decidedBy;
}

/** Whether somebody, or the list, has a word against the told "illegal". A stay says nothing of what is right. */
export function hasWord({ doubt }: CaseFile): boolean {
  return doubt?.words.some((word) => !isStay(word) && word.by.length > 0) ?? false;
}

/** The doubt as others hear of it. */
export function publishedDoubt({ doubt }: CaseFile): PublishedDoubt | undefined {
  const cause = doubt?.words[0]?.cause;
  if (doubt === undefined || cause === undefined) return undefined;
  const { decisionId, sinceTime, words } = doubt;
  const raisedBy = [...new Set(words.flatMap(({ by }) => by))];
  return { decisionId, cause, sinceTime, raisedBy, lasting: words.some(isLasting) };
}

// Two persons' words withdraw; one waits for the other's, in the lane of its cause.
function settled(file: CaseFile, now: Date): CaseFile {
  const pending = unconfirmed(file);
  const other = pending && otherWord(file, pending.decidedBy);
  if (pending !== undefined && other !== undefined) return withConfirmation(file, pending, other, now);
  const reason = pending === undefined ? REASONS[file.doubt?.words[0]?.cause ?? STAY] : "QUEUE_REASON_WITHDRAWAL";
  return reason === undefined ? file : queued(file, reason, now);
}

/** The "illegal" withdrawn by `pending` and another's word: nobody is waited for, and no doubt is left. */
export function withConfirmation(file: CaseFile, pending: Decision, confirmedBy: string, now: Date): CaseFile {
  const { doubt: _, ...rest } = file;
  const confirmed = { ...pending, confirmedBy };
  const decisions = file.decisions.map((one) => (one.decisionId === pending.decisionId ? confirmed : one));
  // What another person is to see first, or a supervisor, waits on.
  const { progress } = file;
  if (progress.kind === "held" || (isWaiting(progress) && isLookLane(progress.reason))) return { ...rest, decisions };
  return withReports({ ...rest, decisions, progress: { kind: "decided" } }, file.reports, now);
}

const STAY = "DOUBT_CAUSE_STAY";

/** Of a stay there is nothing to decide here. */
const REASONS: Partial<Record<DoubtCause, QueueReason>> = {
  DOUBT_CAUSE_DECIDED_OTHERWISE: "QUEUE_REASON_WITHDRAWAL",
  DOUBT_CAUSE_SECOND_LOOK: "QUEUE_REASON_DISAGREEMENT",
  DOUBT_CAUSE_NEGATIVE_SET: "QUEUE_REASON_NEGATIVE_SET",
  DOUBT_CAUSE_SOMETHING_ELSE: "QUEUE_REASON_SOMETHING_ELSE",
  DOUBT_CAUSE_BASIS_REVOKED: "QUEUE_REASON_BASIS_REVOKED",
  DOUBT_CAUSE_EMBEDDED_FELL: "QUEUE_REASON_BASIS_REVOKED",
  DOUBT_CAUSE_REVIEW_UPHELD: "QUEUE_REASON_REOPENED",
  DOUBT_CAUSE_REOPENED: "QUEUE_REASON_REOPENED",
};

const STRONGEST_FIRST = [...Object.keys(REASONS), STAY];

const FALLS: ReadonlySet<DoubtCause> = new Set([
  "DOUBT_CAUSE_NEGATIVE_SET",
  "DOUBT_CAUSE_SOMETHING_ELSE",
  "DOUBT_CAUSE_BASIS_REVOKED",
]);

// A decision falls once: the newest evidence says why, and whoever took back a part of it has had a word.
function withWord(words: Word[], { cause, by }: Word): Word[] {
  const same = (word: Word) => word.cause === cause || (FALLS.has(cause) && FALLS.has(word.cause));
  const isOne = FALLS.has(cause) ? same : (word: Word) => same(word) && word.by.join() === by.join();
  const before = words.find(isOne);
  const all = new Set([...(before?.by ?? []), ...by]);
  if (all.size > 1) all.delete(HASH_LIST);
  const word = { cause, by: [...all].toSorted() };
  if (before?.cause === cause && before.by.join() === word.by.join()) return words;
  return [...words.filter((one) => one !== before), word].toSorted(
    (a, b) => strength(a) - strength(b) || (a.by.join() < b.by.join() ? -1 : 1),
  );
}

function strength({ cause }: Word): number {
  return STRONGEST_FIRST.indexOf(cause);
}

function isStay({ cause }: Word): boolean {
  return cause === STAY;
}

// A court's word, or that nothing is left that it was said of: neither lapses.
function isLasting(word: Word): boolean {
  return isStay(word) || word.cause === "DOUBT_CAUSE_EMBEDDED_FELL";
}
