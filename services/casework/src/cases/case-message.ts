import { Case } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Caller } from "@ntd/rpc";
import { namedAddress, openAddress, Problem, type Sealer } from "@ntd/service";
import type { CaseFile, KeptAnswer } from "./case.ts";
import { holderOf } from "../queue/claim.ts";
import { publishedBytes } from "./publish.ts";

/** What is told of a case at `now`, without its opened address: that depends on who asks. */
export function answerOf(file: CaseFile, now: Date): KeptAnswer {
  const { progress } = file;
  const holder = progress.kind === "held" ? progress.holder : holderOf(file, now);
  const claimExpireTime = progress.kind === "claimed" && holder !== "" ? progress.claimExpireTime : undefined;
  const reopening = file.reopenings?.at(-1);
  const held = heldDecision(file);
  const confirmation = file.confirmations?.at(-1);
  const said = { ...(reopening && { reopening }), ...(confirmation && { confirmation }) };
  return { published: publishedBytes(file), holder, claimExpireTime, ...said, ...(held && { held }) };
}

function heldDecision({ progress, decisions }: CaseFile): KeptAnswer["held"] {
  const decision = decisions.at(-1);
  return progress.kind === "held" && decision ? { decision, untilTime: progress.dueTime } : undefined;
}

/** The answer to `caller`: assessors alone see the address, why it was reopened, and what is held back. */
export function caseView(answer: KeptAnswer, caller: Caller, sealer: Sealer): CaseView {
  const { published, holder, claimExpireTime, held } = answer;
  const view = Case.decode(published);
  const { address } = view;
  const isAssessor = caller.kind === "assessor";
  const url = isAssessor && address !== undefined ? opened(() => namedAddress(openAddress(sealer, address))) : "";
  const withReason = <T extends { reason: Sealed }>(said: T | undefined) =>
    said && { ...said, reason: isAssessor ? opened(() => sealer.open(said.reason)) : "" };
  const reopening = withReason(answer.reopening);
  const confirmation = withReason(answer.confirmation);
  const told = isAssessor ? held : undefined;
  const unheard = { heldDecision: told?.decision, heldUntilTime: told?.untilTime };
  return { case: view, url, claimedBy: holder, claimExpireTime, reopening, ...unheard, confirmation };
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
