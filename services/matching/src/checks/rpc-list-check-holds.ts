import { listPage } from "@ntd/host";
import type { ListCheckHoldsRequest, ListCheckHoldsResponse } from "@ntd/proto/matching/v1/check_service";
import type { Collections } from "../store.ts";
import { touchedTime } from "./check-hold.ts";
import { toCheckHold } from "./check-hold-message.ts";

/** Whose checks wait for an operator, and whose did. */
export function listCheckHolds({ checkHolds }: Pick<Collections, "checkHolds">) {
  return async (request: ListCheckHoldsRequest): Promise<ListCheckHoldsResponse> => {
    const orderBy = request.onlyHeld ? "heldTime" : "touchedTime";
    const where = request.onlyHeld ? { heldTime: { gte: new Date(0) } } : {};
    const query = { where, orderBy, descending: true } as const;
    const { documents, nextPageToken } = await listPage(checkHolds, request, query, touchedTime);
    const holds = documents.flatMap(({ state }) => {
      const newest = state.held ?? state.ended.at(-1);
      return newest === undefined ? [] : [toCheckHold(state.person, newest)];
    });
    return { holds, nextPageToken };
  };
}
