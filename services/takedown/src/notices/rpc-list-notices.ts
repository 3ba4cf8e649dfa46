import type { ListNoticesRequest, ListNoticesResponse } from "@ntd/proto/takedown/v1/notice_service";
import { callerOf, pageSize, pageToken, readPageToken, type CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { shownTo } from "./rpc-get-notice.ts";

/** Notices by time of issue: a provider's own that were sent to it, an operator's all. */
export function listNotices(deps: Deps) {
  return async (request: ListNoticesRequest, context: CallContext): Promise<ListNoticesResponse> => {
    const caller = callerOf(context);
    const { state } = request;
    if (state === "UNRECOGNIZED") throw Problem.fields({ field: "state", description: "is no state this release has" });
    const limit = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const own = caller.kind === "isp" ? { sentTo: { in: deps.directory.providersOf(caller.name) } } : {};
    const found = await deps.notices.find({
      where: { ...own, ...(state === "NOTICE_STATE_UNSPECIFIED" ? {} : { state }) },
      orderBy: "issuedTime",
      ...(after === undefined ? {} : { after }),
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      notices: page.map((d) => shownTo(caller, d.state)),
      nextPageToken: pageToken(last && { value: last.state.issuedTime, id: last.id }),
    };
  };
}
