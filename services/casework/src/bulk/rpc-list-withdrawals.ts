import type { ListWithdrawalsRequest, ListWithdrawalsResponse } from "@ntd/proto/casework/v1/withdrawal_service";
import { callerOf, listScope, pageSize, pageToken, readPageToken, requirePage, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { casesOfCause, requireBulkCause } from "./cases-of-cause.ts";
import { picturesOf } from "./pictures.ts";

/** What is in doubt from the cause: each distinct picture once. */
export function listWithdrawals(deps: Pick<Deps, "cases">) {
  return async (request: ListWithdrawalsRequest, context: CallContext): Promise<ListWithdrawalsResponse> => {
    const { what } = gather({ what: () => requireBulkCause(request.cause), page: () => requirePage(request) });
    const size = pageSize(request.pageSize);
    const scope = listScope(request);
    const after = readPageToken(request.pageToken, scope)?.id ?? "";
    const { files, isMore } = await casesOfCause(deps, what, "STANDING_IN_DOUBT");
    const all = [...picturesOf(files, callerOf(context).person).values()].map(({ row }) => row);
    const rest = all.filter(({ picture }) => picture > after).toSorted(byName);
    const pictures = rest.slice(0, size);
    const last = rest.length > size ? pictures.at(-1) : undefined;
    return { pictures, nextPageToken: pageToken(last && { id: last.picture }, scope), isMore };
  };
}

function byName(a: { picture: string }, b: { picture: string }): number {
  return a.picture < b.picture ? -1 : 1;
}
