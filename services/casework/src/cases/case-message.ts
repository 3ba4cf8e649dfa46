import { Case } from "@ntd/proto/casework/v1/case";
import type { CaseView, Reopening as ReopeningView } from "@ntd/proto/casework/v1/case_service";
import type { Caller } from "@ntd/rpc";
import { namedAddress, openAddress, Problem, type Sealer } from "@ntd/service";
import type { CaseFile, KeptAnswer, Reopening } from "./case.ts";
import { holderOf } from "../queue/claim.ts";
import { publishedBytes } from "./publish.ts";

/** What is told of a case at `now`, without its opened address: that depends on who asks. */
export function answerOf(file: CaseFile, now: Date): KeptAnswer {
  const { progress } = file;
  const holder = progress.kind === "held" ? progress.holder : holderOf(file, now);
  const claimExpireTime = progress.kind === "claimed" && holder !== "" ? progress.claimExpireTime : undefined;
  const reopening = file.reopenings?.at(-1);
  const held = heldDecision(file);
  const published = publishedBytes(file);
  return { published, holder, claimExpireTime, ...(reopening && { reopening }), ...(held && { held }) };
}

function heldDecision({ progress, decisions }: CaseFile): KeptAnswer["held"] {
  const decision = decisions.at(-1);
  return progress.kind === "held" && decision ? { decision, untilTime: progress.dueTime } : undefined;
}

/** The answer to `caller`: assessors alone see the address, why it was reopened, and what is held back. */
export function caseView(answer: KeptAnswer, caller: Caller, sealer: Sealer): CaseView {
  const { published, holder, claimExpireTime, reopening, held } = answer;
  const view = Case.decode(published);
  const { address } = view;
  const isAssessor = caller.kind === "assessor";
  const url = isAssessor && address !== undefined ? opened(() => namedAddress(openAddress(sealer, address))) : "";
  const doubt = reopening && reopeningView(reopening, isAssessor ? opened(() => sealer.open(reopening.reason)) : "");
  const told = isAssessor ? held : undefined;
  const unheard = { heldDecision: told?.decision, heldUntilTime: told?.untilTime };
  return { case: view, url, claimedBy: holder, claimExpireTime, reopening: doubt, ...unheard };
}

function reopeningView({ reopenedBy, reopenedTime, decisionId }: Reopening, reason: string): ReopeningView {
  return { reopenedBy, reopenedTime, decisionId, reason };
}

/** What `open` opens. When its month's key was retired the text is erased, not the case. */
export function opened(open: () => string): string {
  try {
    return open();
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return "";
    throw error;
  }
}
