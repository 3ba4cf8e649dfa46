import type {
  ListUnattributedRequest,
  ListUnattributedResponse,
  UnattributedDispatch,
} from "@ntd/proto/takedown/v1/provider_service";
import { pageSize, pageToken, readPageToken } from "@ntd/rpc";
import { openAddress, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Dispatch } from "../dispatches/dispatch.ts";

/** Decisions that wait for a person to find a provider, longest first. */
export function listUnattributed(deps: Deps) {
  return async (request: ListUnattributedRequest): Promise<ListUnattributedResponse> => {
    const limit = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const found = await deps.dispatches.find({
      orderBy: "unattributedSince",
      ...(after === undefined ? {} : { after }),
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const value = last?.state.unattributedSince;
    return {
      dispatches: page.map((d) => shown(deps, d.state)),
      nextPageToken: pageToken(last && value && { value, id: last.id }),
    };
  };
}

function shown(deps: Deps, { dispatchId, caseId, decidedTime, address, resolvedIp }: Dispatch): UnattributedDispatch {
  return { dispatchId, caseId, decidedTime, url: opened(deps, address), resolvedIp };
}

// The address of a retired month is gone; the dispatch is listed all the same.
function opened(deps: Deps, address: Dispatch["address"]): string {
  try {
    return openAddress(deps.sealer, address).original;
  } catch (error) {
    deps.log.warn({ error: Problem.from(error) }, "an address cannot be opened");
    return "";
  }
}
