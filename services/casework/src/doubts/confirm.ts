import { nameOf, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { withDecidedOn } from "../precedents/decided-on.ts";
import { isWaiting, toldDecisions, withReports, type CaseFile } from "../cases/case.ts";
import { decisionIdOf } from "../cases/decision-id.ts";
import { holderOf } from "../claims/claim.ts";
import { samePerson, wrongState, type Refusal } from "../refusal.ts";
import { waitsUntold, withSettledLook } from "../second-look/second-look.ts";
import { asToday, hasWord, toldIllegal, unconfirmed, withConfirmation, wordToConfirm } from "./doubt.ts";

/** A person's word that withdraws what is in doubt. */
export interface Confirming {
  person: string;
  /** The "illegal" that it withdraws. */
  decisionId: string;
  reason: Sealed;
}

/**
 * The "illegal" withdrawn by a second person's word. Where one has decided otherwise, that decision is confirmed; where
 * others only doubt it, or its hit was taken back, the confirming person decides NOT_ILLEGAL. Told at once: there are two.
 */
export function confirmed(file: CaseFile, { person, decisionId, reason }: Confirming, now: Date): CaseFile | Refusal {
  const refusal = refusedNow(file, { person, decisionId }, now);
  if (refusal !== undefined) return refusal;
  const other = wordToConfirm(file, person);
  if (other === undefined) return alone(person);
  const pending = unconfirmed(file);
  const confirmations = [
    ...(file.confirmations ?? []),
    { confirmedBy: person, confirmedTime: now, decisionId, reason },
  ];
  const after =
    pending === undefined
      ? withDecision(file, { person, decisionId, reason }, other, now)
      : withConfirmation(file, pending, person, now);
  const done = { ...after, confirmations };
  return done.progress.kind === "decided" ? withSettledLook(done) : done;
}

function refusedNow(
  file: CaseFile,
  { person, decisionId }: Omit<Confirming, "reason">,
  now: Date,
): Refusal | undefined {
  if (file.progress.kind === "held")
    return wrongState("A decision is held back for a moment. Undo it, or wait for it.");
  if (toldDecisions(file).some((one) => isWithdrawal(one, decisionId))) return wrongState("It is withdrawn already.");
  if (waitsUntold(file)) return wrongState("Another person has decided it, and it waits for a second one: claim it.");
  const illegal = toldIllegal(file);
  if (illegal === undefined) return wrongState('No "illegal" of it is told: there is nothing to withdraw.');
  if (illegal.decisionId !== decisionId) {
    const detail = `decision_id: the "illegal" that is told is ${illegal.decisionId}. Read the case again and decide again.`;
    return { refused: "DECISION_CHANGED", detail, metadata: { current_decision_id: illegal.decisionId } };
  }
  if (!hasWord(file)) {
    const toDo = isWaiting(file.progress) ? "Claim it and decide" : "Reopen it";
    return wrongState(`Nobody has a word against it yet. ${toDo}: that is the first one.`);
  }
  const holder = holderOf(file, now);
  return holder === "" || holder === person
    ? undefined
    : wrongState("Another assessor holds it, and is about to decide.");
}

function isWithdrawal(decision: Decision, decisionId: string): boolean {
  const { withdrawsDecisionId, confirmedBy } = asToday(decision);
  return withdrawsDecisionId === decisionId && confirmedBy !== "";
}

function withDecision(
  file: CaseFile,
  { person, decisionId, reason }: Confirming,
  confirmedBy: string,
  now: Date,
): CaseFile {
  const { doubt: _, ...rest } = file;
  const decision: Decision = {
    decisionId: decisionIdOf(file),
    verdict: "VERDICT_NOT_ILLEGAL",
    decidedBy: person,
    decidedTime: now,
    classifications: [],
    basis: "",
    reason,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
    withdrawsDecisionId: decisionId,
    confirmedBy,
  };
  const decided: CaseFile = { ...rest, progress: { kind: "decided" }, decisions: [...file.decisions, decision] };
  return withReports(withDecidedOn(decided, decision.decisionId), file.reports, now);
}

function alone(person: string): Refusal {
  const name = nameOf(person);
  return samePerson(
    `This takes a second person: ${name} alone has a word against it, under whatever kind of identity.`,
  );
}
