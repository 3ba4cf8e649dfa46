import type { Event } from "@ntd/bus";
import { isByMachine, isUnderLegalHold, settledDecision } from "@ntd/facts";
import { heardOfHold } from "@ntd/host";
import { Verdict, type Case } from "@ntd/proto/casework/v1/case";
import { change } from "@ntd/store";
import { keepTexts } from "./keep-texts.ts";
import { withCase, type CaseFacts } from "./status.ts";
import type { Deps } from "../deps.ts";

/**
 * Keeps the case of a target's newest episode, for the reporters' status; and under a legal hold what reporters and who
 * complained said of it.
 */
export function onCase(deps: Pick<Deps, "targetStatus" | "keptCases" | "reports" | "complaints" | "sealer" | "clock">) {
  return async ({ data, version, time }: Event<Case>): Promise<void> => {
    const { caseId, targetId, episode, legalHold } = data;
    const facts: CaseFacts = { caseId, version, episode, time, ...decisionFacts(data) };
    await change(deps.targetStatus, targetId, (known) => {
      const next = withCase(known, facts);
      return next && { state: next };
    });
    if (legalHold === undefined) return;
    const heard = { caseId, targetId, version, isKept: isUnderLegalHold(data) };
    if (await heardOfHold(deps, heard)) await keepTexts(deps, data);
  };
}

// A case that was queued again is being handled again, whatever its old decision still holds up.
function decisionFacts(data: Case): Pick<CaseFacts, "verdict" | "despiteGoneTime" | "sentence"> {
  const decision = settledDecision(data);
  const verdict = verdictOf(decision?.verdict);
  const { despiteGone = false, decidedTime } = decision ?? {};
  const despite = despiteGone && decidedTime !== undefined && { despiteGoneTime: decidedTime };
  const said = decision && !isByMachine(decision) ? decision.reporterSentence : undefined;
  return { ...(verdict && { verdict }), ...despite, ...(said && { sentence: said }) };
}

function verdictOf(verdict: Verdict | undefined): CaseFacts["verdict"] | undefined {
  switch (verdict) {
    case Verdict.ILLEGAL:
      return "ILLEGAL";
    case Verdict.NOT_ILLEGAL:
      return "NOT_ILLEGAL";
    case Verdict.OUT_OF_SCOPE:
      return "OUT_OF_SCOPE";
    case Verdict.UNSPECIFIED:
    case Verdict.UNRECOGNIZED:
    case undefined:
      return undefined;
  }
}
