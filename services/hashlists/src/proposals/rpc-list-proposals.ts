import { listPage } from "@ntd/host";
import type { ListProposalsRequest, ListProposalsResponse } from "@ntd/proto/hashlists/v1/proposal_service";
import type { Deps } from "../deps.ts";
import { toProposal } from "./proposal-message.ts";
import { rankOf } from "./store-proposals.ts";

/** What waits for a person first. */
export function listProposals({ proposals }: Pick<Deps, "proposals">) {
  return async (request: ListProposalsRequest): Promise<ListProposalsResponse> => {
    const { documents, nextPageToken } = await listPage(proposals, request, { orderBy: "rank" }, rankOf);
    return { proposals: documents.map(({ state }) => toProposal(state)), nextPageToken };
  };
}
