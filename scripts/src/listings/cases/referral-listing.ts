import { ReferralCause, ReferralOutcome } from "@ntd/proto/casework/v1/case";
import type { ReferralFile, ReferralView } from "@ntd/proto/casework/v1/referral_service";
import { Algorithm } from "@ntd/proto/common/v1/common";
import { Assessment } from "@ntd/proto/icse/v1/icse_link_service";
import { listing, table, shownTime } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { addressWord } from "../address-word.ts";
import { reportText } from "./dossier-listing.ts";

/** Referrals, one a line. */
export function referralTable(referrals: readonly ReferralView[]): string {
  const rows = referrals.map((view) => [
    view.caseId,
    causesOf(view),
    view.referral?.referredTime,
    remarksOf(view),
    view.policeReference,
    wordOf(ReferralOutcome, view.referral?.outcome ?? "REFERRAL_OUTCOME_UNSPECIFIED"),
  ]);
  return table(["case", "why", "since", "", "reference", "outcome"], rows, "nothing waits for police");
}

/** A referral without what it opens. */
export function referralListing(view: ReferralView | undefined): string {
  return view === undefined ? "nothing" : listing(linesOf(view));
}

/** All of a referral, for police. */
export function referralFileListing(file: ReferralFile | undefined): string {
  if (file?.referral === undefined) return "nothing";
  const { referral, resolvedIp, fingerprints, classifications, icse } = file;
  const head = listing({
    ...linesOf(referral),
    address: addressWord(file),
    "resolves to": resolvedIp,
    country: referral.hostingCountry,
    "first report": file.firstReportTime,
    decided: file.decidedTime,
    gone: file.goneTime,
    classification: classifications.map(({ scheme, version, code }) => `${scheme} ${version} ${code}`).join(", "),
    fingerprints: {
      below: fingerprints.map(
        ({ algorithm, value }) => `${wordOf(Algorithm, algorithm)} ${Buffer.from(value).toString("hex")}`,
      ),
    },
    reports: file.reportIds.length > 0 ? { below: file.reportIds } : NOBODY,
    icse: icse && `${wordOf(Assessment, icse.assessment)} (STUB: no database was asked)`,
  });
  return [head, wordsOf(file)].filter(Boolean).join("\n\n");
}

const NOBODY = "of nobody who agrees that police read it; the hotline knows more";

function wordsOf({ words }: ReferralFile): string {
  if (words === undefined) return "";
  const said = words.reports.length > 0 ? `what reporters said\n${words.reports.map(reportText).join("\n")}` : "";
  const missing = words.unanswered ? "not answered by intake: what reporters said is missing here, ask again" : "";
  return [said, missing].filter(Boolean).join("\n\n");
}

function linesOf(view: ReferralView) {
  const { referral, acknowledgedBy, policeReference, feedback } = view;
  return {
    case: view.caseId,
    why: causesOf(view),
    referred: referral?.referredTime,
    remarks: remarksOf(view),
    "by hand of": view.referredBy,
    reason: view.reason,
    withdrawn: referral?.withdrawnTime,
    acknowledged: acknowledgedBy && `${acknowledgedBy} ${shownTime(referral?.acknowledgedTime)}`.trim(),
    reference: policeReference,
    "police say": {
      below: feedback.map(({ outcome, text, saidBy, saidTime }) =>
        [shownTime(saidTime), saidBy, wordOf(ReferralOutcome, outcome), text].filter(Boolean).join(" "),
      ),
    },
  };
}

function causesOf({ referral }: ReferralView): string {
  return (referral?.causes ?? []).map((cause) => wordOf(ReferralCause, cause)).join(", ");
}

function remarksOf({ lifeAtRisk, reporterIsVictim, isGone, referral }: ReferralView): string {
  const remarks = [
    lifeAtRisk && "a child is in danger",
    reporterIsVictim && "a victim reports it",
    isGone && "gone",
    referral?.withdrawnTime && "withdrawn",
  ];
  return remarks.filter(Boolean).join(", ");
}
