import { listPage } from "@ntd/host";
import type { ListMarksRequest, ListMarksResponse } from "@ntd/proto/casework/v1/mark_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { isEnded } from "./mark.ts";
import { toldMarks } from "./mark-message.ts";

/** Newest first. A page may be shorter than asked for, where the time of some is over. */
export function listMarks(deps: Pick<Deps, "marks" | "cases" | "readings" | "clock" | "sealer">) {
  return async (request: ListMarksRequest, context: CallContext): Promise<ListMarksResponse> => {
    const { person } = callerOf(context);
    const { withEnded } = request;
    const query = { orderBy: withEnded ? "setTime" : "openTime", descending: true } as const;
    const { documents, nextPageToken } = await listPage(deps.marks, request, query, ({ set }) => set.time);
    const now = deps.clock.now();
    const shown = documents.filter(({ state }) => withEnded || !isEnded(state, now));
    return { marks: await toldMarks(deps, shown, person), nextPageToken };
  };
}
