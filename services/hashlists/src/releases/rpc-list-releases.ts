import type { ListReleasesRequest, ListReleasesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { pageSize, pageToken, readPageToken } from "@ntd/rpc";
import { loadSet } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { toReleaseInfo } from "./release-message.ts";

/** A set's releases, the newest first. */
export function listReleases(collections: Pick<Collections, "sets" | "releases">) {
  return async (request: ListReleasesRequest): Promise<ListReleasesResponse> => {
    const limit = pageSize(request.pageSize);
    const after = readPageToken(request.pageToken);
    const { state: set } = await loadSet(collections, request.setId);
    const found = await collections.releases.find({
      where: { visibleIn: set.setId },
      orderBy: "uploadedTime",
      descending: true,
      ...(after && { after }),
      limit,
    });
    const last = found.length === limit ? found.at(-1) : undefined;
    return {
      releases: found.map(({ state }) => toReleaseInfo(state, set)),
      nextPageToken: pageToken(last && { id: last.id, value: last.state.uploadedTime }),
    };
  };
}
