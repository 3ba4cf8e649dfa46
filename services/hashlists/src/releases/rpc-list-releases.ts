import { listPage } from "@ntd/host";
import type { ListReleasesRequest, ListReleasesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { CallContext } from "@ntd/rpc";
import { loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { toReleaseInfo } from "./release-message.ts";

/** A set's releases, the newest first. */
export function listReleases(collections: Pick<Collections, "sets" | "releases">) {
  return async (request: ListReleasesRequest, context: CallContext): Promise<ListReleasesResponse> => {
    const { state: set } = await loadSetFor(collections, request.setId, context, "see");
    const query = { where: { visibleIn: set.setId }, orderBy: "uploadedTime", descending: true } as const;
    const { documents, nextPageToken } = await listPage(collections.releases, request, query, (r) => r.uploadedTime);
    return { releases: documents.map(({ state }) => toReleaseInfo(state, set)), nextPageToken };
  };
}
