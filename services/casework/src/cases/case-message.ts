import { Case } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import type { Caller } from "@ntd/rpc";
import { namedAddress, openAddress, Problem, type Sealed, type Sealer } from "@ntd/service";
import type { CaseFile, KeptAnswer } from "./case.ts";
import { holderOf } from "../queue/claim.ts";
import { publishedBytes } from "./publish.ts";

/** What is told of a case at `now`, without its opened address: that depends on who asks. */
export function answerOf(file: CaseFile, now: Date): KeptAnswer {
  const holder = holderOf(file, now);
  const { progress } = file;
  const claimExpireTime = progress.kind === "claimed" && holder !== "" ? progress.claimExpireTime : undefined;
  return { published: publishedBytes(file), holder, claimExpireTime };
}

/** The answer to `caller`: assessors alone see the address. */
export function caseView({ published, holder, claimExpireTime }: KeptAnswer, caller: Caller, sealer: Sealer): CaseView {
  const view = Case.decode(published);
  const url = caller.kind === "assessor" && view.address !== undefined ? openedUrl(view.address, sealer) : "";
  return { case: view, url, claimedBy: holder, claimExpireTime };
}

// When its month's key was retired the address is erased, not the case.
function openedUrl(address: Sealed, sealer: Sealer): string {
  try {
    return namedAddress(openAddress(sealer, address));
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return "";
    throw error;
  }
}
