import type { ListQueueRequest, ListQueueResponse, QueuedCase } from "@ntd/proto/casework/v1/case_service";
import { pageSize, pageToken, readPageToken } from "@ntd/rpc";
import { isWaiting, type CaseFile } from "../cases/case.ts";
import { answerOf } from "../cases/case-view.ts";
import type { Casework } from "../casework.ts";
import { published } from "../cases/publish.ts";
import { queueOrder } from "../store.ts";

/** What waits for a person, claimed or not: raised priority first, then what waits longest. */
export function listQueue({ cases, clock }: Casework) {
  return async (request: ListQueueRequest): Promise<ListQueueResponse> => {
    const size = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const found = await cases.find({ orderBy: "queueOrder", limit: size + 1, ...(after && { after }) });
    const page = found.slice(0, size);
    const last = found.length > size ? page.at(-1) : undefined;
    const value = last && queueOrder(last.state);
    return {
      cases: page.map(({ state }) => queuedCase(state, clock.now())),
      nextPageToken: last === undefined || value === undefined ? "" : pageToken({ value, id: last.id }),
    };
  };
}

function queuedCase(file: CaseFile, now: Date): QueuedCase {
  const { caseId, priority, queueReason, reportCount } = published(file);
  const { holder, claimExpireTime } = answerOf(file, now);
  const queuedTime = isWaiting(file.progress) ? file.progress.queuedTime : undefined;
  return { caseId, priority, queueReason, queuedTime, reportCount, claimedBy: holder, claimExpireTime };
}
