import { listPage, recordReadings } from "@ntd/host";
import type { ListNoticesRequest, ListNoticesResponse } from "@ntd/proto/takedown/v1/notice_service";
import { callerOf, requirePage, type CallContext, type Caller } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { spokenFor } from "../providers/spoken-for.ts";
import { shownTo } from "./rpc-get-notice.ts";

/** Notices by time of issue: a provider's own that were sent to it, an operator's all, or those of one case. */
export function listNotices(deps: Deps) {
  return async (request: ListNoticesRequest, context: CallContext): Promise<ListNoticesResponse> => {
    const caller = callerOf(context);
    const { state } = gather({ state: () => validState(request, caller), page: () => requirePage(request) });
    const own = caller.kind === "isp" ? { sentTo: { in: await spokenFor(deps, caller.name) } } : {};
    const ofCase = request.caseId === "" ? {} : { caseId: request.caseId };
    const where = { ...own, ...ofCase, ...(state === "NOTICE_STATE_UNSPECIFIED" ? {} : { state }) };
    const query = { where, orderBy: "issuedTime" } as const;
    const { documents, nextPageToken } = await listPage(deps.notices, request, query, (notice) => notice.issuedTime);
    // Whoever asks over and over and finds nothing was shown nothing.
    if (documents.length > 0) {
      await recordReadings(deps, { reader: caller.person, kind: "decision", resource: "", caseId: request.caseId });
    }
    return { notices: documents.map((document) => shownTo(caller, document.state)), nextPageToken };
  };
}

function validState({ state, caseId }: ListNoticesRequest, { kind }: Caller): Exclude<typeof state, "UNRECOGNIZED"> {
  const faults = [
    ...(state === "UNRECOGNIZED" ? [{ field: "state", description: "is no state this release has" }] : []),
    ...(caseId !== "" && kind === "isp" ? [{ field: "case_id", description: "is for operators; leave it out" }] : []),
  ];
  if (state === "UNRECOGNIZED" || faults.length > 0) throw Problem.fields(...faults);
  return state;
}
