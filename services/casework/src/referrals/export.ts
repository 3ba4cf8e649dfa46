import type { IcseAnswer } from "@ntd/proto/casework/v1/case";
import type { ReferralFeedback, ReferralFile } from "@ntd/proto/casework/v1/referral_service";

/** What the signature names the bytes as: nothing else that is signed passes as a referral. */
export const REFERRAL_TYP = "ntd-referral+jws";

/** A referral as canonical JSON (RFC 8785): the bytes that are signed. Nothing of it is left out; what is not known is null. */
export function exported(
  file: ReferralFile,
  { environment, time }: { environment: "DEMO" | "TEST" | "LIVE"; time: Date },
): Uint8Array {
  const { referral: view, url, resolvedIp, fingerprints, classifications } = file;
  const { referral } = view ?? {};
  const record = {
    version: 1,
    environment,
    exported_time: time,
    case_id: view?.caseId,
    causes: referral?.causes.map((cause) => wordOf("REFERRAL_CAUSE_", cause)),
    referred_time: referral?.referredTime,
    withdrawn_time: referral?.withdrawnTime,
    referred_by: orNull(view?.referredBy),
    reason: orNull(view?.reason),
    life_at_risk: view?.lifeAtRisk,
    // Never a suspect.
    reporter_is: view?.reporterIsVictim === true ? "victim" : null,
    report_ids: file.reportIds,
    reports: reportsAsExported(file),
    url: orNull(url),
    resolved_ip: orNull(resolvedIp),
    hosting_country: orNull(view?.hostingCountry),
    is_gone: view?.isGone,
    gone_time: file.goneTime,
    fingerprints: fingerprints.map(({ algorithm, value, quality }) => ({
      algorithm: wordOf("ALGORITHM_", algorithm),
      hex: Buffer.from(value).toString("hex"),
      quality,
    })),
    classifications,
    first_report_time: file.firstReportTime,
    decided_time: file.decidedTime,
    police_reference: orNull(view?.policeReference),
    acknowledged_time: referral?.acknowledgedTime,
    feedback: view?.feedback.map(saidByPolice),
    icse: icseAsExported(file.icse),
  };
  return new TextEncoder().encode(canonical(record));
}

// Null: they said something, and nobody could open it then.
function reportsAsExported({ words }: ReferralFile) {
  if (words?.unanswered === true) return null;
  return (words?.reports ?? []).map(({ reportId, receivedTime, language, description, ...said }) => ({
    report_id: reportId,
    received_time: receivedTime,
    language,
    description,
    happening_to_me: said.happeningToMe,
    self_made: said.selfMade,
    life_at_risk: said.lifeAtRisk,
  }));
}

function saidByPolice({ outcome, text, saidBy, saidTime }: ReferralFeedback) {
  return { outcome: wordOf("REFERRAL_OUTCOME_", outcome), text, said_by: saidBy, said_time: saidTime };
}

// There is no link to a database: whatever it answers says so.
function icseAsExported(icse: IcseAnswer | undefined) {
  if (icse?.answeredTime === undefined) return null;
  return { assessment: wordOf("ASSESSMENT_", icse.assessment), answered_time: icse.answeredTime, stub: true };
}

function wordOf(prefix: string, value: string): string {
  return value.replace(prefix, "").toLowerCase();
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

/** Members in order, no space between; numbers are whole here, and names are ASCII. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value instanceof Date || typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
