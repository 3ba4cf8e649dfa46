import { listPage } from "@ntd/host";
import type {
  ListNoticeTimesRequest,
  ListNoticeTimesResponse,
  NoticeTime,
} from "@ntd/proto/compliance/v1/compliance_service";
import { inRange, readRange } from "./range.ts";
import type { Collections } from "../store.ts";
import { timesOf, type Timeline } from "../timelines/timeline.ts";

/** The notices behind the figures, in the order of issue. */
export function listNoticeTimes({ timelines }: Pick<Collections, "timelines">) {
  return async (request: ListNoticeTimesRequest): Promise<ListNoticeTimesResponse> => {
    const query = { where: inRange(readRange(request)), orderBy: "issuedTime" } as const;
    const { documents, nextPageToken } = await listPage(timelines, request, query, (t) => t.notice.issuedTime);
    return { noticeTimes: documents.map(({ state }) => toNoticeTime(state)), nextPageToken };
  };
}

function toNoticeTime(timeline: Timeline): NoticeTime {
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
    targetState: "TARGET_STATE_UNSPECIFIED",
    targetReason: "PROBE_REASON_UNSPECIFIED",
    goneStrength: "GONE_STRENGTH_UNSPECIFIED",
    singleVantage: false,
    looks: [],
    cloaked: [],
    restrictedHere: false,
    lastLookTime: undefined,
  };
}
