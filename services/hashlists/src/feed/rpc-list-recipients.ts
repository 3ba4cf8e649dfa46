import { listPage } from "@ntd/host";
import type { ListRecipientsRequest, ListRecipientsResponse } from "@ntd/proto/hashlists/v1/feed_source_service";
import type { Collections } from "../store.ts";

/** Which partners get which set. */
export function listRecipients({ sets }: Pick<Collections, "sets">) {
  return async (request: ListRecipientsRequest): Promise<ListRecipientsResponse> => {
    const { documents, nextPageToken } = await listPage(sets, request);
    const shared = documents.flatMap(({ state: { setId, recipients = [], active } }) =>
      recipients.length === 0 ? [] : [{ setId, recipients, entryCount: BigInt(active?.entryCount ?? 0) }],
    );
    return { sets: shared, nextPageToken };
  };
}
