import type {
  ListNoticeTimesRequest,
  ListNoticeTimesResponse,
  NoticeTime,
} from "@ntd/proto/compliance/v1/compliance_service";
import { pageSize, pageToken, readPageToken } from "@ntd/rpc";
import { inRange, readRange } from "./range.ts";
import type { Collections } from "../store.ts";
import { timesOf, type Timeline } from "../timelines/timeline.ts";

/** The notices behind the figures, in the order of issue. */
export function listNoticeTimes({ timelines }: Pick<Collections, "timelines">) {
  return async (request: ListNoticeTimesRequest): Promise<ListNoticeTimesResponse> => {
    const limit = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const found = await timelines.find({
      where: inRange(readRange(request)),
      orderBy: "issuedTime",
      limit: limit + 1,
      ...(after && { after }),
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      noticeTimes: page.map(({ state }) => toNoticeTime(state)),
      nextPageToken: pageToken(last && { value: last.state.notice.issuedTime, id: last.id }),
    };
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
  };
}
