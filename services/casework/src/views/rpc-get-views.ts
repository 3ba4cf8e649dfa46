import type { GetViewsRequest, GetViewsResponse } from "@ntd/proto/casework/v1/assessment_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { viewsToday, type Viewing } from "./open-picture.ts";

/** The caller's own. */
export function getViews(deps: Viewing) {
  return async (_: GetViewsRequest, context: CallContext): Promise<GetViewsResponse> => {
    const viewedToday = await viewsToday(deps, callerOf(context).person);
    const { perDay } = deps.viewBudget;
    return { viewedToday, ...(perDay > 0 && { leftToday: Math.max(0, perDay - viewedToday) }) };
  };
}
