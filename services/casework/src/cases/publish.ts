import { eventOf, nouns } from "@ntd/bus";
import { goneStrength } from "@ntd/facts";
import { Case, type CaseState } from "@ntd/proto/casework/v1/case";
import type { OutboxEvent } from "@ntd/store";
import { asToday, publishedDoubt } from "../doubts/doubt.ts";
import { laneOf } from "../queue/lane.ts";
import { isRaised } from "../queue/raised.ts";
import type { CaseFile, Progress } from "./case.ts";
import { publishedHolds } from "../holds/published-holds.ts";
import { publishedIcse } from "../icse/icse.ts";
import { publishedLegalHold } from "../legal-holds/legal-hold.ts";
import { publishedReferral } from "../referrals/published-referral.ts";
import { isLifeAtRisk } from "./life-at-risk.ts";
import { isWaiting, toldDecisions, waitsAnew } from "./case.ts";

/** What others may know of a case. */
export function published(file: CaseFile): Case {
  const { progress, target, reports } = file;
  const decision = toldDecisions(file).at(-1);
  const icse = publishedIcse(file);
  return {
    caseId: file.caseId,
    targetId: file.targetId,
    episode: file.episode,
    state: STATES[progress.kind],
    priority: isRaised(file) ? "PRIORITY_RAISED" : "PRIORITY_NORMAL",
    queueReason: isWaiting(progress) ? progress.reason : "QUEUE_REASON_UNSPECIFIED",
    address: target?.address ?? file.askedAddress,
    resolvedIp: target?.resolvedIp ?? "",
    targetState: target?.state ?? "TARGET_STATE_UNSPECIFIED",
    targetReason: target?.reason ?? "PROBE_REASON_UNSPECIFIED",
    hits: file.match?.hits ?? [],
    evidenceRevision: file.evidenceRevision,
    decision: decision && asToday(decision),
    reportCount: reports.count,
    reportIds: reports.ids,
    openedTime: file.openedTime,
    fingerprints: target?.fingerprints ?? [],
    firstReportTime: reports.firstTime,
    firstReportRevision: file.firstReportRevision ?? 0,
    goneStrength: target === undefined ? "GONE_STRENGTH_UNSPECIFIED" : goneStrength(target),
    goneTime: target?.goneTime,
    looks: target?.looks ?? [],
    cloaked: target?.cloaked ?? [],
    restrictedHere: target?.restrictedHere ?? false,
    doubt: publishedDoubt(file),
    holds: publishedHolds(file),
    lane: laneOf(file),
    ...(target?.hostingCountry !== undefined && { hostingCountry: target.hostingCountry }),
    ...(file.match?.page && { pageItems: file.match.page }),
    ...(target?.foundOn !== undefined && { foundOnTargetId: target.foundOn }),
    ...(icse && { icse }),
    ...(file.referral && { referral: publishedReferral(file.referral) }),
    ...(isLifeAtRisk(file) && { lifeAtRisk: true }),
    ...(file.textOnly && { isTextOnly: true }),
    ...(file.legalHold && { legalHold: publishedLegalHold(file.legalHold) }),
  };
}

export function publishedBytes(file: CaseFile): Uint8Array {
  return Case.encode(published(file)).finish();
}

/** The event of a change, or undefined when nothing changed that others may know. */
export function eventOfChange(before: CaseFile | undefined, after: CaseFile, now: Date): OutboxEvent | undefined {
  if (before !== undefined && Buffer.compare(publishedBytes(before), publishedBytes(after)) === 0) return undefined;
  return eventOf(nouns.case, verbOf(before, after), after.caseId, published(after), now);
}

const STATES: Record<Progress["kind"], CaseState> = {
  open: "CASE_STATE_OPEN",
  queued: "CASE_STATE_QUEUED",
  claimed: "CASE_STATE_CLAIMED",
  held: "CASE_STATE_CLAIMED",
  auto_decided: "CASE_STATE_AUTO_DECIDED",
  decided: "CASE_STATE_DECIDED",
};

function verbOf(before: CaseFile | undefined, after: CaseFile): string {
  const [from, to] = [before?.progress.kind, after.progress.kind];
  if (from === to) return "updated";
  if (to === "open") return "opened";
  return from === "claimed" && to === "queued" && !waitsAnew(before, after) ? "released" : to;
}
