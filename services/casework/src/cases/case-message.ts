import { Case } from "@ntd/proto/casework/v1/case";
import type { CaseView, Reopening as ReopeningView } from "@ntd/proto/casework/v1/case_service";
import type { Caller } from "@ntd/rpc";
import { namedAddress, openAddress, Problem, type Sealer } from "@ntd/service";
import type { CaseFile, KeptAnswer, Reopening } from "./case.ts";
import { holderOf } from "../queue/claim.ts";
import { publishedBytes } from "./publish.ts";

/** What is told of a case at `now`, without its opened address: that depends on who asks. */
export function answerOf(file: CaseFile, now: Date): KeptAnswer {
  const holder = holderOf(file, now);
  const { progress } = file;
  const claimExpireTime = progress.kind === "claimed" && holder !== "" ? progress.claimExpireTime : undefined;
  const reopening = file.reopenings?.at(-1);
  return { published: publishedBytes(file), holder, claimExpireTime, ...(reopening && { reopening }) };
}

/** The answer to `caller`: assessors alone see the address and why it was reopened. */
export function caseView(answer: KeptAnswer, caller: Caller, sealer: Sealer): CaseView {
  const { published, holder, claimExpireTime, reopening } = answer;
  const view = Case.decode(published);
  const { address } = view;
  const isAssessor = caller.kind === "assessor";
  const url = isAssessor && address !== undefined ? opened(() => namedAddress(openAddress(sealer, address))) : "";
  const doubt = reopening && reopeningView(reopening, isAssessor ? opened(() => sealer.open(reopening.reason)) : "");
  return { case: view, url, claimedBy: holder, claimExpireTime, reopening: doubt };
}

function reopeningView({ reopenedBy, reopenedTime, decisionId }: Reopening, reason: string): ReopeningView {
  return { reopenedBy, reopenedTime, decisionId, reason };
}

// When its month's key was retired the text is erased, not the case.
function opened(open: () => string): string {
  try {
    return open();
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return "";
    throw error;
  }
}
