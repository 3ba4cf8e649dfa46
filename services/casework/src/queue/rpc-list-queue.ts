import { listPage } from "@ntd/host";
import type { ListQueueRequest, ListQueueResponse, QueuedCase } from "@ntd/proto/casework/v1/case_service";
import type { CaseFile } from "../cases/case.ts";
import { answerOf } from "../cases/case-message.ts";
import type { Deps } from "../deps.ts";
import { published } from "../cases/publish.ts";
import { openLook } from "../second-look/second-look.ts";
import { queueOrder, queueReason, waitsSince } from "../store.ts";

/** What waits for a person, claimed or not: raised priority and overdue looks first, then what waits longest. */
export function listQueue({ cases, clock }: Deps) {
  return async (request: ListQueueRequest): Promise<ListQueueResponse> => {
    const { queueReason: reason } = request;
    const where = reason === "QUEUE_REASON_UNSPECIFIED" ? {} : { where: { queueReason: reason } };
    const { documents, nextPageToken } = await listPage(
      cases,
      request,
      { ...where, orderBy: "queueOrder" },
      queueOrder,
    );
    return { cases: documents.map(({ state }) => queuedCase(state, clock.now())), nextPageToken };
  };
}

function queuedCase(file: CaseFile, now: Date): QueuedCase {
  const { caseId, priority, reportCount, firstReportTime } = published(file);
  const { holder, claimExpireTime } = answerOf(file, now);
  const { dueTime, overdue = false } = openLook(file) ?? {};
  const why = { queueReason: queueReason(file) ?? "QUEUE_REASON_UNSPECIFIED", queuedTime: waitsSince(file) };
  const claim = { claimedBy: holder, claimExpireTime };
  return { caseId, priority, ...why, reportCount, ...claim, dueTime, overdue, firstReportTime };
}
