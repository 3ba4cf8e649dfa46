import { eventOf, nouns } from "@ntd/bus";
import type { Environment } from "@ntd/proto/common/v1/common";
import { Notice as Published } from "@ntd/proto/takedown/v1/notice";
import { durationOf } from "@ntd/service";
import type { Change } from "@ntd/store";
import { stateOf, verbOf, waitsForPolice, type Notice } from "./notice.ts";
import { newestAction, takenTime } from "./revision.ts";
import type { Suspension } from "./suspension.ts";

/** What is saved when a notice becomes another; undefined when it stays the same. An event only if others see it. */
export function changeOf(before: Notice | undefined, after: Notice, now: Date): Change<Notice> | undefined {
  if (after === before) return undefined;
  if (before !== undefined && samePublished(before, after)) return { state: after };
  const { noticeId, providerId } = after;
  return {
    state: after,
    event: eventOf(nouns.notice, verbOf(before, after), noticeId, published(after), now, providerId),
  };
}

/** The state of a notice as every reader of its events sees it. */
export function published(notice: Notice): Published {
  return {
    noticeId: notice.noticeId,
    dispatchId: notice.dispatchId,
    caseId: notice.caseId,
    decisionId: notice.decisionId,
    providerId: notice.providerId,
    environment: notice.environment,
    kind: notice.kind,
    action: newestAction(notice),
    revision: notice.revision,
    state: stateOf(notice),
    targets: notice.targets.map(({ told, ...target }) => ({
      targetId: target.targetId,
      episode: target.episode,
      address: target.address,
      answers: target.answers,
      lastSeenTime: target.lastSeenTime,
      goneTime: target.goneTime,
      goneBeforeOffer: target.goneBeforeOffer,
      targetState: told?.state ?? "TARGET_STATE_UNSPECIFIED",
      targetReason: told?.reason ?? "PROBE_REASON_UNSPECIFIED",
      goneStrength: told?.goneStrength ?? "GONE_STRENGTH_UNSPECIFIED",
      singleVantage: told?.singleVantage ?? false,
      cloaked: told?.cloaked ?? [],
      restrictedHere: told?.restrictedHere ?? false,
      restoredTime: target.restoredTime,
    })),
    issuedTime: notice.issuedTime,
    offeredTime: notice.offeredTime,
    acknowledgedTime: notice.acknowledgedTime,
    answeredTime: notice.answeredTime,
    verifiedGoneTime: notice.verifiedGoneTime,
    closedTime: notice.closedTime,
    complyWithin: durationOf(notice.complyWithinMs),
    ...preserving(notice),
    rejections: (notice.rejections ?? []).map(({ resolved, ...rejection }) => ({
      ...rejection,
      resolution: resolved?.is ?? "REJECTION_RESOLUTION_UNSPECIFIED",
      resolvedTime: resolved?.time,
    })),
    undeliverableReason: notice.undeliverable?.reason ?? "",
    lookAskedTime: notice.askedLook?.askedTime,
    undeliverableTime: notice.undeliverable?.since,
    suspensions: (notice.suspensions ?? []).map((suspension) => publishedSuspension(notice, suspension)),
    withdrawnTime: notice.withdrawn?.time,
    withdrawnByDecisionId: notice.withdrawn?.decisionId ?? "",
    restoreWithheld: notice.withdrawn?.withheld ?? false,
    restoredTime: notice.restoredTime,
    revisionAcknowledgedTime: takenTime(notice),
    ...(notice.route && { route: notice.route }),
    ...(notice.country && { country: notice.country }),
    ...(waitsForPolice(notice) && { waitsForPolice: true }),
  };
}

// To restore ends it, once that is what is said.
function preserving(notice: Notice): Pick<Published, "preserveFor"> {
  const { preserveForMs } = notice;
  const asks = preserveForMs !== undefined && newestAction(notice) !== "ACTION_RESTORE";
  return asks ? { preserveFor: durationOf(preserveForMs) } : {};
}

function publishedSuspension({ acknowledgements }: Notice, suspension: Suspension): Published["suspensions"][number] {
  const { suspendedTime, cause, lapseTime, revision, clientTooOld = false, ended } = suspension;
  return {
    suspendedTime,
    cause,
    lapseTime,
    revision,
    clientTooOld,
    acknowledgedTime: acknowledgements.find((a) => a.revision === revision)?.receivedTime,
    endedTime: ended?.time,
    ending: ended?.ending ?? "SUSPENSION_END_UNSPECIFIED",
  };
}

export function environmentOf(environment: "DEMO" | "TEST" | "LIVE"): Environment {
  return `ENVIRONMENT_${environment}`;
}

function samePublished(a: Notice, b: Notice): boolean {
  const bytes = (notice: Notice) => Published.encode(published(notice)).finish();
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}
