import { wayOf } from "@ntd/facts";
import { listPage, recordReadings } from "@ntd/host";
import type {
  ListUnattributedRequest,
  ListUnattributedResponse,
  UnattributedDispatch,
} from "@ntd/proto/takedown/v1/provider_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shownAddress, type ShownAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Dispatch } from "../dispatches/dispatch.ts";

/** Decisions that wait for a person to find a provider, longest first. Who is shown their addresses leaves that behind. */
export function listUnattributed(deps: Deps) {
  return async (request: ListUnattributedRequest, context: CallContext): Promise<ListUnattributedResponse> => {
    const orderBy = "unattributedSince";
    const { documents, nextPageToken } = await listPage(deps.dispatches, request, { orderBy }, (d) => d[orderBy]);
    const dispatches = documents.map(({ state }) => shown(deps, state));
    const reader = callerOf(context).person;
    const opened = dispatches
      .filter(({ url }) => url !== "")
      .map(({ dispatchId, caseId }) => ({
        reader,
        kind: "address" as const,
        resource: `dispatches/${dispatchId}`,
        caseId,
      }));
    await recordReadings(deps, ...opened);
    return { dispatches, nextPageToken };
  };
}

function shown(deps: Deps, dispatch: Dispatch): UnattributedDispatch {
  const { dispatchId, caseId, decidedTime, address, resolvedIp, countryAbroad } = dispatch;
  const proposed = (dispatch.proposed ?? []).map(({ providerId, action, by, time }) => {
    return { providerId, action, proposedBy: by, proposedTime: time };
  });
  const abroad = countryAbroad !== undefined && {
    countryAbroad,
    countryWay: WAYS[wayOf(deps.countries(), countryAbroad)],
  };
  return { dispatchId, caseId, decidedTime, ...addressOf(deps, address), resolvedIp, proposed, ...abroad };
}

const WAYS = { hotline: "COUNTRY_WAY_HOTLINE", police: "COUNTRY_WAY_POLICE", direct: "COUNTRY_WAY_DIRECT" } as const;

// What cannot be opened is listed all the same.
function addressOf(deps: Deps, address: Dispatch["address"]): ShownAddress {
  try {
    return shownAddress(deps.sealer, address);
  } catch (error) {
    deps.log.warn({ error: Problem.from(error) }, "an address cannot be opened");
    return { url: "" };
  }
}
