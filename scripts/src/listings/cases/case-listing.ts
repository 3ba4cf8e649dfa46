import {
  CaseState,
  DoubtCause,
  HoldCause,
  Lane,
  Priority,
  QueueReason,
  Verdict,
  type Case,
  type Decision,
  type Doubt,
} from "@ntd/proto/casework/v1/case";
import { SecondReview, type CaseView } from "@ntd/proto/casework/v1/case_service";
import { listing, type Below, shownTime } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { hitTable, itemTable, shownCounts, type ItemCases } from "./hit-table.ts";
import { addressWord } from "../address-word.ts";
import { lookTable, pageSightOf, sightOf } from "../sight.ts";

/**
 * A case for the person who decides it: where it stands, what each eye saw, what it matched.
 *
 * @param itemCases of what a page shows, so that whoever reads it can go on there.
 */
export function caseListing(view: CaseView | undefined, itemCases?: ItemCases): string {
  const found = view?.case;
  if (view === undefined || found === undefined) return "nothing";
  const head = listing({
    ...standing(view, found),
    held: held(found),
    ...(found.pageItems === undefined ? sightOf(found) : pageSightOf(found, found.decision?.embedded !== undefined)),
    ...evidence(view, found),
    ...onPage(found),
    ...said(view, found.decision),
    "decided as": view.precedentCaseId && `case ${view.precedentCaseId}, an earlier episode of the same content`,
    ...unheard(view),
    ...looked(view),
    ...doubt(found.doubt),
    ...reopened(view),
    ...confirmed(view),
    ...stay(view),
    ...legalHold(view),
  });
  const looks = found.looks.length === 0 ? [] : [lookTable(found.looks)];
  const hits = found.hits.length === 0 ? [] : [hitTable(found.hits)];
  const items = found.pageItems?.items ?? [];
  const shows = items.length === 0 ? [] : [itemTable(items, itemCases)];
  return [head, ...looks, ...hits, ...shows].join("\n\n");
}

function standing(view: CaseView, found: Case) {
  return {
    case: found.caseId,
    target: found.targetId,
    episode: found.episode,
    state: wordOf(CaseState, found.state),
    priority: wordOf(Priority, found.priority),
    lane: found.lane && wordOf(Lane, found.lane),
    "waits because": wordOf(QueueReason, found.queueReason),
    address: addressWord(view),
    host: URL.canParse(view.url) ? new URL(view.url).hostname : "",
    "hosted in": found.hostingCountry,
    "seen by you":
      view.viewedInCaseId && `in case ${view.viewedInCaseId}; to see it again: ntd case claim ${found.caseId} --again`,
    seen: [view.seenFormat, view.seenSizeBytes && `${view.seenSizeBytes} bytes`].filter(Boolean).join(", "),
  };
}

function onPage({ pageItems, foundOnTargetId }: Case) {
  const shows = pageItems?.counts && shownCounts(pageItems.counts);
  return { "found on": foundOnTargetId && `the page of target ${foundOnTargetId}`, shows };
}

function held({ holds }: Case): Below {
  const inForce = holds?.holds.filter(({ releasedTime }) => releasedTime === undefined) ?? [];
  const below = inForce.map(({ cause, expireTime, waitsForSupervisor }) => {
    const until = waitsForSupervisor ? "waits for a supervisor" : `until ${shownTime(expireTime)}`;
    return `for police (${wordOf(HoldCause, cause)}), ${until}: no notice leaves`;
  });
  return { below };
}

function evidence({ claimedBy, claimExpireTime, noteCount }: CaseView, found: Case) {
  return {
    notes: noteCount,
    "evidence revision": found.evidenceRevision,
    reports: found.reportCount,
    opened: found.openedTime,
    "claimed by": claimedBy,
    "claimed until": claimExpireTime,
  };
}

function said(view: CaseView, decision: Decision | undefined) {
  const { decisionReason } = view;
  return {
    verdict: decision && wordOf(Verdict, decision.verdict),
    "decided by": decision?.decidedBy,
    decided: decision?.decidedTime,
    "though gone": decision?.despiteGone === true ? "decided by a person who knew that machines call it gone" : "",
    "asks to remove": decision && toRemove(decision, view.case),
    basis: decision?.basis,
    "decided because": decisionReason,
    withdraws: decision && withdrawal(decision),
    "confirmed by": decision?.confirmedBy,
  };
}

// Whoever decides a page without naming what it embeds is to see at once that the page itself would go.
function toRemove({ verdict, embedded }: Decision, of: Case | undefined): string {
  if (verdict !== "VERDICT_ILLEGAL") return "";
  if (embedded !== undefined)
    return `from the page, which stays: ${embedded.items.map((one) => one.targetId).join(", ")}`;
  return of?.pageItems === undefined ? "" : "the page itself, not what it embeds";
}

function withdrawal({ withdrawsDecisionId: id, confirmedBy }: Decision): string {
  return id === "" || confirmedBy !== "" ? id : `${id}, once another person confirms that: nobody restores until then`;
}

function unheard({ heldDecision, heldUntilTime, heldReason, secondLook, case: found }: CaseView) {
  const when = heldUntilTime === undefined ? "once another person has decided the same" : shownTime(heldUntilTime);
  const untold =
    secondLook?.otherDecision === undefined
      ? `${when}; until then: ntd case undo ${found?.caseId}`
      : "once a third one decides";
  return {
    "held back": heldDecision && `${wordOf(Verdict, heldDecision.verdict)}, by ${heldDecision.decidedBy}`,
    "would ask to remove": heldDecision && toRemove(heldDecision, found),
    "held back because": heldReason,
    "told to others": heldDecision && untold,
  };
}

function looked({ secondLook: look }: CaseView) {
  if (look === undefined) return {};
  const { review, dueTime, overdue, otherDecision: other, otherReason, agreedBy } = look;
  return {
    "second look": wordOf(SecondReview, review),
    "look due": dueTime && `${shownTime(dueTime)}${overdue ? ", overdue" : ""}`,
    "another decided":
      other &&
      `${wordOf(Verdict, other.verdict)}, by ${other.decidedBy}; a supervisor decides, or, where none is, any third assessor`,
    "another's reason": otherReason,
    "another agreed": agreedBy,
  };
}

function doubt(of: Doubt | undefined) {
  return {
    "in doubt": of && `decision ${of.decisionId}, since ${shownTime(of.sinceTime)}: ${wordOf(DoubtCause, of.cause)}`,
    "whose word": of?.raisedBy.join(", "),
    "until then": of?.lasting === true ? waitsFor(of) : "",
  };
}

function waitsFor({ cause }: Doubt): string {
  const until =
    cause === "DOUBT_CAUSE_STAY" ? "the stay is lifted" : "a person decides, or what it embeds is illegal again";
  return `what was sent waits until ${until}`;
}

function reopened({ reopening }: CaseView) {
  return {
    "reopened by": reopening?.reopenedBy,
    reopened: reopening?.reopenedTime,
    "reopened because": reopening?.reason,
  };
}

function confirmed({ confirmation }: CaseView) {
  return {
    "withdrawn by": confirmation?.confirmedBy,
    withdrawn: confirmation?.confirmedTime,
    "withdrawn because": confirmation?.reason,
  };
}

function stay({ stay: of }: CaseView) {
  return {
    stay: of && `${of.court}, ${of.reference}`,
    "stay because": of?.reason,
    "stay typed by": of && people([of.proposedBy, of.proposedTime], [of.setBy, of.setTime]),
    "stay lifted because": of?.liftReason,
    "stay lifted by": of && people([of.liftProposedBy, of.liftProposedTime], [of.liftedBy, of.liftedTime]),
  };
}

function legalHold({ legalHold: of }: CaseView) {
  return {
    "legal hold": of && `${of.setBy} ${shownTime(of.setTime)}`,
    "held because": of?.reason,
    "no longer because": of?.liftReason,
    "hold lifted by": of && people([of.liftProposedBy, of.liftProposedTime], [of.liftedBy, of.liftedTime]),
  };
}

function people(first: [string, Date | undefined], second: [string, Date | undefined]): string {
  const [one, other] = [first, second].map(([who, time]) => (who === "" ? "" : `${who} ${shownTime(time)}`));
  return one !== "" && other === "" ? `${one}; waits for a second person` : [one, other].filter(Boolean).join(", ");
}
