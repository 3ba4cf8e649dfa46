import { isByMachine } from "@ntd/facts";
import type { Decision, DoubtCause } from "@ntd/proto/casework/v1/case";
import { isWaiting, queued, toldDecisions, type CaseFile } from "../cases/case.ts";
import { withoutOwnEntries } from "../evidence/own-entries.ts";
import { hitKey, itemKeys, withoutDerived } from "../evidence/substance.ts";
import { inDoubt, toldIllegal, unconfirmed } from "../doubts/doubt.ts";
import { groundsInBasis, groundsOf, isCarried, settled, takenBackBy, type Grounds } from "./grounds.ts";
import { isConflict, speakAgainst, type Judgement } from "./policy.ts";
import { hitsDecidedOn } from "../precedents/decided-on.ts";

/** Whether taking `judgement` over makes a new automatic decision: the brake has to be asked first. */
export function decidesNow(before: CaseFile | undefined, file: CaseFile, judgement: Judgement): boolean {
  if (judgement.kind !== "automatic" || file.decisions.length > 0) return false;
  const reason = isWaiting(file.progress) ? file.progress.reason : undefined;
  // What a breaker stopped is a person's, also when it is lifted.
  if (reason === "QUEUE_REASON_BREAKER") return false;
  return reason !== "QUEUE_REASON_RATE_LIMITED" || before?.evidenceRevision !== file.evidenceRevision;
}

/**
 * Takes the policy's judgement over. A machine decides a case at most once and never changes a person's decision: hits
 * that were not there when it was made bring the case back to a person. Once it has decided, the policy is not asked any
 * more: its decision falls with the hits that it rests on, with a hit of a negative set unless it rests on equal bytes,
 * and when something else was there before its notice left.
 */
export function judged(
  before: CaseFile | undefined,
  file: CaseFile,
  judgement: Judgement,
  { decision, isStopped = false, now }: { decision: Decision | undefined; isStopped?: boolean; now: Date },
): CaseFile {
  const last = file.decisions.at(-1);
  if (last === undefined) {
    if (decision !== undefined) {
      const grounds = groundsOf(file.match?.hits ?? []);
      return standing({ ...file, progress: { kind: "auto_decided" }, decisions: [decision], grounds }, decision, now);
    }
    if (judgement.kind === "automatic" && decidesNow(before, file, judgement))
      return queued(file, isStopped ? "QUEUE_REASON_BREAKER" : "QUEUE_REASON_RATE_LIMITED", now);
    return judgement.kind === "queue" && !isNewEvidence(file) ? queued(file, judgement.reason, now) : file;
  }
  if (file.progress.kind === "held") return judgedWhileHeld(before, file, now);
  if (isByMachine(last)) return contradicted(before, standing(file, last, now), now);
  const doubted = unconfirmed(file) && toldIllegal(file);
  const after = doubted && isByMachine(doubted) ? standing(file, doubted, now) : file;
  return hasNewHits(before, file) ? queued(after, "QUEUE_REASON_NEW_EVIDENCE", now) : after;
}

// What stands on equal bytes stands, and a person hears that a negative set lists the same by now.
function contradicted(before: CaseFile | undefined, file: CaseFile, now: Date): CaseFile {
  const isNew = isConflict(file.match?.hits ?? []) && !isConflict(before?.match?.hits ?? []);
  return isNew && !isWaiting(file.progress) ? queued(file, "QUEUE_REASON_CONFLICT", now) : file;
}

// The machine's decision that is in force meanwhile falls as ever; new hits wait until the person's is told.
function judgedWhileHeld(before: CaseFile | undefined, file: CaseFile, now: Date): CaseFile {
  const inForce = toldDecisions(file).at(-1);
  const after = inForce !== undefined && isByMachine(inForce) ? standing(file, inForce, now) : file;
  const { progress } = after;
  return progress.kind === "held" && hasNewHits(before, file)
    ? { ...after, progress: { ...progress, newHits: true } }
    : after;
}

// The reason is that of the evidence as it is now, whatever came first; what fell waits for a person though its ground
// is back. What was called wrong is no ground any more, however long matching tells of it.
function standing(file: CaseFile, decision: Decision, now: Date): CaseFile {
  const { match } = file;
  const known = file.grounds ?? groundsInBasis(decision.basis);
  const moved = isMoved(file);
  const grounds = known && settled(known, { hits: match?.hits ?? [], revoked: match?.revoked ?? [], moved });
  const cause = causeToFall(file, decision, grounds);
  const kept = grounds === file.grounds || grounds === undefined ? file : { ...file, grounds };
  if (cause !== undefined) return inDoubt(moved ? file : kept, { cause, by: wordOf(cause, file), now });
  const { contentRevision } = match ?? {};
  return contentRevision === undefined || contentRevision === file.decidedContent
    ? kept
    : { ...kept, decidedContent: contentRevision };
}

// The same content that was called wrong, and other content that is not listed, are two causes. Without known grounds
// nothing is known to be lost.
function causeToFall(file: CaseFile, { decisionId }: Decision, grounds: Grounds | undefined): DoubtCause | undefined {
  const hits = file.match?.hits ?? [];
  const carried = isCarried(grounds, hits);
  if (!carried && speakAgainst(hits)) return "DOUBT_CAUSE_NEGATIVE_SET";
  if (!carried && grounds !== undefined) {
    return isMoved(file) ? "DOUBT_CAUSE_SOMETHING_ELSE" : "DOUBT_CAUSE_BASIS_REVOKED";
  }
  return file.unsentDecisionId === decisionId ? "DOUBT_CAUSE_SOMETHING_ELSE" : undefined;
}

// What is said of something else that is there by now says nothing against what was decided: nobody called that wrong.
function wordOf(cause: DoubtCause, file: CaseFile): string[] {
  if (cause === "DOUBT_CAUSE_SOMETHING_ELSE" || isMoved(file)) return [];
  // What a set of a role of a newer release says is not known.
  const isKnown = file.match?.hits.some(({ setRole }) => setRole === "SET_ROLE_NEGATIVE") ?? false;
  if (cause === "DOUBT_CAUSE_NEGATIVE_SET" && !isKnown) return [];
  return takenBackBy(file.match?.revoked ?? []);
}

function isMoved({ match, decidedContent }: CaseFile): boolean {
  return (match?.contentRevision ?? 0) > (decidedContent ?? Infinity);
}

// What a person decided was void, since the evidence is another.
function isNewEvidence({ progress }: CaseFile): boolean {
  return isWaiting(progress) && progress.reason === "QUEUE_REASON_NEW_EVIDENCE";
}

// What a person had before them and was not found for a time is no news.
function hasNewHits(before: CaseFile | undefined, file: CaseFile): boolean {
  const known = new Set([...keysOf(before), ...(file.precedent?.hits ?? []), ...hitsDecidedOn(file)]);
  return keysOf(saysMore(file)).some((key) => !known.has(key));
}

// Where it was decided illegal, that it is like another such picture is no news: each of a series would bring back all others.
// Nor is that a list has by now what a person saw here.
function saysMore(file: CaseFile): CaseFile {
  if (file.match === undefined || file.decisions.at(-1)?.verdict !== "VERDICT_ILLEGAL") return file;
  return { ...file, match: withoutOwnEntries(file, withoutDerived(file.match)) };
}

function keysOf(file: CaseFile | undefined): string[] {
  const { match } = file ?? {};
  return match === undefined ? [] : [...match.hits.map(hitKey), ...itemKeys(match)];
}
