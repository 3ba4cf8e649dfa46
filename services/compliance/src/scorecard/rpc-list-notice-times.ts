import { listPage, recordReadings } from "@ntd/host";
import type {
  ListNoticeTimesRequest,
  ListNoticeTimesResponse,
  NoticeTime,
} from "@ntd/proto/compliance/v1/compliance_service";
import { callerOf, requirePage, type CallContext } from "@ntd/rpc";
import { durationOf, gather } from "@ntd/service";
import { inRange, readRange } from "./range.ts";
import type { Deps } from "../deps.ts";
import { targetViewId } from "../store.ts";
import { pausedMs } from "../timelines/suspended.ts";
import type { Told } from "../timelines/target-view.ts";
import { timesOf, type NoticeTimes, type Timeline } from "../timelines/timeline.ts";

/**
 * The notices behind the figures, in the order of issue, each with the looks that count. Each tells what was decided of one case
 * and what became of it: who is shown them leaves that behind.
 */
export function listNoticeTimes(deps: Pick<Deps, "timelines" | "targets" | "readings" | "clock">) {
  return async (request: ListNoticeTimesRequest, context: CallContext): Promise<ListNoticeTimesResponse> => {
    const { timelines, targets, clock } = deps;
    const asOf = clock.now();
    const { range } = gather({ range: () => readRange(request), page: () => requirePage(request) });
    const query = { where: inRange(range), orderBy: "issuedTime" } as const;
    const { documents, nextPageToken } = await listPage(timelines, request, query, (t) => t.notice.issuedTime);
    const noticeTimes = documents.map(async ({ state }) => {
      const view = await targets.load(targetViewId(state.notice.targetId, state.notice.episode));
      return toNoticeTime(state, view?.state.told, asOf);
    });
    const shown = await Promise.all(noticeTimes);
    const { person: reader } = callerOf(context);
    if (shown.length > 0) await recordReadings(deps, { reader, kind: "decision", resource: "", caseId: "" });
    return { noticeTimes: shown, nextPageToken };
  };
}

function toNoticeTime(timeline: Timeline, told: Told | undefined, asOf: Date): NoticeTime {
  const { noticeId, targetId, providerId } = timeline.notice;
  const times = timesOf(timeline);
  return {
    noticeId,
    targetId,
    providerId,
    environment: times.environment,
    reportedTime: times.reportedTime,
    decidedTime: times.decidedTime,
    issuedTime: times.issuedTime,
    offeredTime: times.offeredTime,
    acknowledgedTime: times.acknowledgedTime,
    claimedOutcome: times.answer?.outcome ?? "OUTCOME_UNSPECIFIED",
    claimedTime: times.answer?.time,
    lastSeenTime: times.lastSeenTime,
    goneTime: times.goneTime,
    goneBeforeOffer: times.standing === "gone before offer",
    claimedStillPresent: times.claimedStillPresent,
    targetState: told?.state ?? "TARGET_STATE_UNSPECIFIED",
    targetReason: told?.reason ?? "PROBE_REASON_UNSPECIFIED",
    goneStrength: times.goneStrength,
    singleVantage: times.singleVantage,
    looks: told?.looks ?? [],
    cloaked: told?.cloaked ?? [],
    restrictedHere: timeline.target?.restrictedHere ?? false,
    lastLookTime: told?.lastLookTime,
    suspended: times.suspended,
    paused: durationOf(pausedUntil(times, asOf)),
    withdrawnTime: times.withdrawnTime,
    restoreWithheld: times.restoreWithheld,
    restoredTime: times.restoredTime,
    ...held(times, asOf),
    ...asked(times),
  };
}

function held(times: NoticeTimes, asOf: Date) {
  if (!times.isHeld) return {};
  const keptBack = durationOf(pausedMs(times.kept, times.issuedTime, asOf));
  return { held: times.keptBack, keptBack, heldAfterSending: times.heldAfterSending };
}

function asked({ asksToPreserve, preservation, abroad: country, hotlineAction }: NoticeTimes) {
  return {
    ...(asksToPreserve && { asksToPreserve }),
    ...(preservation !== "PRESERVATION_UNSPECIFIED" && { preservation }),
    ...(country !== undefined && { country }),
    ...(hotlineAction !== "HOTLINE_ACTION_UNSPECIFIED" && { hotlineAction }),
  };
}

// For so long the provider's clock stood still until it was gone, or until now.
function pausedUntil({ suspensions, kept, issuedTime, goneTime }: NoticeTimes, asOf: Date): number {
  return pausedMs([...kept, ...suspensions], issuedTime, goneTime ?? asOf);
}
