import { listPage } from "@ntd/host";
import type { ListBreakersRequest, ListBreakersResponse } from "@ntd/proto/casework/v1/breaker_service";
import type { Deps } from "../deps.ts";
import { breakerView } from "./breaker-message.ts";

/** Those that have tripped. */
export function listBreakers({ breakers }: Pick<Deps, "breakers">) {
  return async (request: ListBreakersRequest): Promise<ListBreakersResponse> => {
    const { documents, nextPageToken } = await listPage(breakers, request, { where: { isTripped: true } });
    return { breakers: documents.map(({ id, state }) => breakerView(id, state)), nextPageToken };
  };
}
