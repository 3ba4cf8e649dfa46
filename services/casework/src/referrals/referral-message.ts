import type { Sealed } from "@ntd/proto/common/v1/common";
import type { ReferralView } from "@ntd/proto/casework/v1/referral_service";
import type { CaseFile } from "../cases/case.ts";
import { isLifeAtRisk } from "../cases/life-at-risk.ts";
import { published } from "../cases/publish.ts";
import { blindReferral } from "./published-referral.ts";
import type { Referral } from "./referral.ts";

/** What is said of a referral; `words` opens what persons said, or gives "". */
export function referralView(file: CaseFile, referral: Referral, words: (sealed: Sealed) => string): ReferralView {
  const { acknowledged, policeReference = "", feedback = [], byHand, offeredTime } = referral;
  const { state, referral: told, goneTime, hostingCountry = "" } = published(file);
  return {
    caseId: file.caseId,
    referral: told,
    acknowledgedBy: acknowledged?.by ?? "",
    policeReference,
    feedback: feedback.map(({ outcome, text, by, time }) => ({
      outcome,
      text: words(text),
      saidBy: by,
      saidTime: time,
    })),
    caseState: state,
    lifeAtRisk: isLifeAtRisk(file),
    reporterIsVictim: file.reports.victim === true,
    referredBy: byHand?.by ?? "",
    reason: byHand === undefined ? "" : words(byHand.reason),
    isGone: goneTime !== undefined,
    hostingCountry,
    offeredTime,
  };
}

/** The same as a line of a list, and as the answer to who said something: nothing of it is opened. */
export function referralLine(file: CaseFile): ReferralView | undefined {
  return file.referral && referralView(file, file.referral, () => "");
}

/** What `caller` is told of it with the case: opened for assessors, unless they are not to see what was decided. */
export function caseReferral(
  file: CaseFile,
  { kind, isBlind }: { kind: string; isBlind: boolean },
  words: (sealed: Sealed) => string,
): ReferralView | undefined {
  const { referral } = file;
  if (referral === undefined) return undefined;
  if (kind !== "assessor") return referralLine(file);
  if (isBlind) return unseenReferral(referralView(file, referral, () => ""));
  return referralView(file, referral, words);
}

// What police say of it may tell what was decided.
function unseenReferral(view: ReferralView): ReferralView | undefined {
  const referral = blindReferral(view.referral);
  if (referral === undefined) return undefined;
  const { caseId, lifeAtRisk, reporterIsVictim, referredBy, isGone, hostingCountry } = view;
  const open = { caseId, referral, lifeAtRisk, reporterIsVictim, referredBy, isGone, hostingCountry };
  const state = { caseState: "CASE_STATE_QUEUED", offeredTime: referral.referredTime } as const;
  return { ...open, ...state, acknowledgedBy: "", policeReference: "", feedback: [], reason: "" };
}
