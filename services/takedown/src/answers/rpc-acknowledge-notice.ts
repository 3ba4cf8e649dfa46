import type { AcknowledgeNoticeRequest, AcknowledgeNoticeResponse } from "@ntd/proto/takedown/v1/notice_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { change } from "@ntd/store";
import { acknowledge } from "./answer.ts";
import type { Deps } from "../deps.ts";
import { noticesAcknowledged } from "../metrics.ts";
import { ownNotice } from "../notices/own-notice.ts";
import { changeOf } from "../notices/publish.ts";
import { taken } from "./taken.ts";

/** "Durably mine." A repeat returns the first instant. */
export function acknowledgeNotice(deps: Deps) {
  return async (request: AcknowledgeNoticeRequest, context: CallContext): Promise<AcknowledgeNoticeResponse> => {
    const before = await ownNotice(deps, callerOf(context), request.noticeId);
    const saved = await change(deps.notices, request.noticeId, (notice) => {
      const now = deps.clock.now();
      return notice && changeOf(notice, taken(acknowledge(notice, request.revision, now)), now);
    });
    const { acknowledgements = [], acknowledgedTime } = saved?.state ?? {};
    if (before.acknowledgedTime === undefined && acknowledgedTime !== undefined) noticesAcknowledged();
    deps.bells.over(before.providerId, before.noticeId, request.revision);
    const received = acknowledgements.find((a) => a.revision === request.revision)?.receivedTime;
    return { acknowledgedTime: received ?? acknowledgedTime };
  };
}
