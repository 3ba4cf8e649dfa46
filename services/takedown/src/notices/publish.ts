import { eventOf, nouns } from "@ntd/bus";
import type { Environment } from "@ntd/proto/common/v1/common";
import { Notice as Published } from "@ntd/proto/takedown/v1/notice";
import type { Change } from "@ntd/store";
import { stateOf, verbOf, type Notice } from "./notice.ts";

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
    action: notice.action,
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
      restoredTime: undefined,
    })),
    issuedTime: notice.issuedTime,
    offeredTime: notice.offeredTime,
    acknowledgedTime: notice.acknowledgedTime,
    answeredTime: notice.answeredTime,
    verifiedGoneTime: notice.verifiedGoneTime,
    closedTime: notice.closedTime,
    complyWithin: durationOf(notice.complyWithinMs),
    rejections: (notice.rejections ?? []).map(({ resolved, ...rejection }) => ({
      ...rejection,
      resolution: resolved?.is ?? "REJECTION_RESOLUTION_UNSPECIFIED",
      resolvedTime: resolved?.time,
    })),
    undeliverableReason: notice.undeliverable?.reason ?? "",
    lookAskedTime: notice.askedLook?.askedTime,
    undeliverableTime: notice.undeliverable?.since,
    suspensions: [],
    withdrawnTime: undefined,
    withdrawnByDecisionId: "",
    restoreWithheld: false,
    restoredTime: undefined,
    revisionAcknowledgedTime: notice.acknowledgedTime,
  };
}

export function durationOf(ms: number): { seconds: bigint; nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
}

export function environmentOf(environment: "DEMO" | "TEST" | "LIVE"): Environment {
  return `ENVIRONMENT_${environment}`;
}

function samePublished(a: Notice, b: Notice): boolean {
  const bytes = (notice: Notice) => Published.encode(published(notice)).finish();
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}
