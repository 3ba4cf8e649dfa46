import { CaseState, Priority, QueueReason, Verdict, type Case, type Decision } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import { listing } from "../cli/output.ts";
import { wordOf } from "../cli/words.ts";
import { hitTable } from "./hit-table.ts";
import { lookTable, sightOf } from "./sight.ts";

/** A case for the person who decides it: where it stands, what each eye saw, what it matched. */
export function caseListing(view: CaseView | undefined): string {
  const found = view?.case;
  if (view === undefined || found === undefined) return "nothing";
  const head = listing({
    ...standing(view, found),
    ...sightOf(found),
    ...evidence(view, found),
    ...said(found.decision),
    ...unheard(view),
    ...doubt(view),
  });
  const looks = found.looks.length === 0 ? [] : [lookTable(found.looks)];
  const hits = found.hits.length === 0 ? [] : [hitTable(found.hits)];
  return [head, ...looks, ...hits].join("\n\n");
}

function standing(view: CaseView, found: Case) {
  return {
    case: found.caseId,
    target: found.targetId,
    episode: found.episode,
    state: wordOf(CaseState, found.state),
    priority: wordOf(Priority, found.priority),
    "waits because": wordOf(QueueReason, found.queueReason),
    address: view.url,
  };
}

function evidence({ claimedBy, claimExpireTime }: CaseView, found: Case) {
  return {
    "evidence revision": found.evidenceRevision,
    reports: found.reportCount,
    opened: found.openedTime,
    "claimed by": claimedBy,
    "claimed until": claimExpireTime,
  };
}

function said(decision: Decision | undefined) {
  return {
    verdict: decision && wordOf(Verdict, decision.verdict),
    "decided by": decision?.decidedBy,
    decided: decision?.decidedTime,
    "though gone": decision?.despiteGone === true ? "decided by a person who knew that machines call it gone" : "",
    basis: decision?.basis,
  };
}

function unheard({ heldDecision, heldUntilTime, case: found }: CaseView) {
  return {
    "held back": heldDecision && `${wordOf(Verdict, heldDecision.verdict)}, by ${heldDecision.decidedBy}`,
    "told to others": heldUntilTime && `${heldUntilTime.toISOString()}; until then: ntd case undo ${found?.caseId}`,
  };
}

function doubt({ reopening }: CaseView) {
  return {
    "reopened by": reopening?.reopenedBy,
    reopened: reopening?.reopenedTime,
    "in doubt because": reopening?.reason,
  };
}
