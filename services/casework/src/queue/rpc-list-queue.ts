import { listPage } from "@ntd/host";
import type { ListQueueRequest, ListQueueResponse, QueuedCase } from "@ntd/proto/casework/v1/case_service";
import { requirePage } from "@ntd/rpc";
import { gather, Problem, shown } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { answerOf } from "../cases/case-message.ts";
import type { Deps } from "../deps.ts";
import { published } from "../cases/publish.ts";
import { openLook } from "../second-look/second-look.ts";
import { LANES, waitingLane, type KnownLane } from "./lane.ts";
import { inLane, queueOrder, queueReason, waitsSince } from "./order.ts";

/** What waits for a person, claimed or not: lane by lane; in each, overdue looks first, then what waits longest. */
export function listQueue({ cases, clock }: Deps) {
  return async (request: ListQueueRequest): Promise<ListQueueResponse> => {
    const { queueReason: reason, hostingCountry } = request;
    const { lane } = gather({ lane: () => laneIn(request), page: () => requirePage(request) });
    const where = {
      ...(reason !== "QUEUE_REASON_UNSPECIFIED" && { queueReason: reason }),
      ...(hostingCountry !== undefined && { waitsIn: hostingCountry }),
      ...(lane !== undefined && { laneOrder: inLane(lane) }),
    };
    const { documents, nextPageToken } = await listPage(cases, request, { where, orderBy: "laneOrder" }, queueOrder);
    return { cases: documents.map(({ state }) => queuedCase(state, clock.now())), nextPageToken };
  };
}

/**
 * The lane that a request names; undefined for all.
 *
 * @throws Problem FIELD_INVALID for one that is not known here.
 */
export function laneIn({ lane = "LANE_UNSPECIFIED" }: Pick<ListQueueRequest, "lane">): KnownLane | undefined {
  const known = LANES.find((one) => one === lane);
  if (known !== undefined || lane === "LANE_UNSPECIFIED") return known;
  throw Problem.fields({ field: "lane", description: `${shown(lane)} is none of ${LANES.join(", ")}` });
}

function queuedCase(file: CaseFile, now: Date): QueuedCase {
  const { caseId, priority, reportCount, firstReportTime, pageItems } = published(file);
  const { holder, claimExpireTime } = answerOf(file, now);
  const { dueTime, overdue = false } = openLook(file) ?? {};
  const why = { queueReason: queueReason(file) ?? "QUEUE_REASON_UNSPECIFIED", queuedTime: waitsSince(file) };
  const claim = { claimedBy: holder, claimExpireTime };
  return {
    caseId,
    priority,
    ...why,
    reportCount,
    ...claim,
    dueTime,
    overdue,
    firstReportTime,
    lane: waitingLane(file),
    ...(pageItems?.counts && { pageCounts: pageItems.counts }),
  };
}
