import { listPage } from "@ntd/host";
import type { ListQueueRequest, ListQueueResponse, QueuedCase } from "@ntd/proto/casework/v1/case_service";
import { isWaiting, type CaseFile } from "../cases/case.ts";
import { answerOf } from "../cases/case-message.ts";
import type { Deps } from "../deps.ts";
import { published } from "../cases/publish.ts";
import { queueOrder } from "../store.ts";

/** What waits for a person, claimed or not: raised priority first, then what waits longest. */
export function listQueue({ cases, clock }: Deps) {
  return async (request: ListQueueRequest): Promise<ListQueueResponse> => {
    const { documents, nextPageToken } = await listPage(cases, request, { orderBy: "queueOrder" }, queueOrder);
    return { cases: documents.map(({ state }) => queuedCase(state, clock.now())), nextPageToken };
  };
}

function queuedCase(file: CaseFile, now: Date): QueuedCase {
  const { caseId, priority, queueReason, reportCount } = published(file);
  const { holder, claimExpireTime } = answerOf(file, now);
  const queuedTime = isWaiting(file.progress) ? file.progress.queuedTime : undefined;
  return { caseId, priority, queueReason, queuedTime, reportCount, claimedBy: holder, claimExpireTime };
}
