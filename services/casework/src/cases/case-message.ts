import { Case } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { Caller } from "@ntd/rpc";
import { openWords, shownAddress, type Sealer } from "@ntd/service";
import type { CaseFile } from "./case.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { claimOf, holderOf } from "../claims/claim.ts";
import { legalHoldView } from "../legal-holds/legal-hold-message.ts";
import { plainHolds } from "../holds/published-holds.ts";
import { isBlindFor, keptLook, lookView, unseen } from "../second-look/look-message.ts";
import { openLook } from "../second-look/second-look.ts";
import { stayView } from "../stays/stay-message.ts";
import { publishedBytes } from "./publish.ts";

/** What is told of a case at `now`, without its opened address: that depends on who asks. */
export function answerOf(file: CaseFile, now: Date): KeptAnswer {
  const { progress } = file;
  const holder = progress.kind === "held" ? progress.holder : holderOf(file, now);
  const claimExpireTime = holder === "" ? undefined : claimOf(file)?.claimExpireTime;
  const reopening = file.reopenings?.at(-1);
  const held = heldDecision(file);
  const confirmation = file.confirmations?.at(-1);
  const look = keptLook(file);
  const precedentCaseId = file.precedent?.caseId;
  const { format, sizeBytes } = file.target ?? {};
  const seen = format !== undefined && { seen: { format, ...(sizeBytes !== undefined && { sizeBytes }) } };
  const said = {
    ...(reopening && { reopening }),
    ...(confirmation && { confirmation }),
    ...(file.stay && { stay: file.stay }),
    ...(file.legalHold && { legalHold: file.legalHold }),
  };
  const unheard = { ...(held && { held }), ...(look && { look }) };
  const earlier = { ...(precedentCaseId !== undefined && { precedentCaseId }), ...seen };
  return { published: publishedBytes(file), holder, claimExpireTime, ...said, ...unheard, ...earlier };
}

function heldDecision(file: CaseFile): KeptAnswer["held"] {
  const { progress, decisions } = file;
  const decision = decisions.at(-1);
  if (progress.kind === "held" && decision) return { decision, untilTime: progress.dueTime };
  const look = openLook(file);
  return look?.kind === "before" ? { decision: look.first } : undefined;
}

/**
 * The answer to `caller`: assessors alone see the address, why it was reopened, and what is held back; what waits for
 * another assessor's look none but who decided it.
 */
export function caseView(answer: KeptAnswer, caller: Caller, sealer: Sealer): CaseView {
  const { published, holder, claimExpireTime, held, precedentCaseId = "" } = answer;
  const isAssessor = caller.kind === "assessor";
  const isBlind = isAssessor && isBlindFor(answer, caller.person);
  const seen = isBlind ? unseen(answer) : Case.decode(published);
  const view = caller.kind === "police" ? seen : { ...seen, holds: plainHolds(seen.holds) };
  const address = isAssessor ? shownAddress(sealer, view.address) : { url: "" };
  const words = (sealed: Sealed | undefined) => (isAssessor && sealed ? openWords(sealer, sealed) : "");
  const withReason = <T extends { reason: Sealed }>(said: T | undefined) =>
    said && { ...said, reason: words(said.reason) };
  const reopening = withReason(answer.reopening);
  const confirmation = withReason(answer.confirmation);
  const stay = answer.stay && stayView(answer.stay, words);
  const forPolice = (sealed: Sealed) => (caller.kind === "police" ? openWords(sealer, sealed) : words(sealed));
  const legalHold = answer.legalHold && legalHoldView(answer.legalHold, forPolice);
  const told = isAssessor && !isBlind ? held : undefined;
  const heldReason = words(told?.decision.reason);
  const unheard = { heldDecision: told?.decision, heldUntilTime: told?.untilTime, heldReason };
  const secondLook = isAssessor && !isBlind ? lookView(answer.look, words) : undefined;
  const decisionReason = words(view.decision?.reason);
  const { format: seenFormat = "", sizeBytes: seenSizeBytes } = answer.seen ?? {};
  const said = { decisionReason, reopening, confirmation, stay, precedentCaseId, seenFormat, seenSizeBytes };
  return {
    case: view,
    ...address,
    claimedBy: holder,
    claimExpireTime,
    ...said,
    ...unheard,
    secondLook,
    ...(legalHold && { legalHold }),
  };
}
