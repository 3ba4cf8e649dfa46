import type { ListFeedKeysResponse } from "@ntd/proto/feed/v1/feed_service";
import type { Deps } from "./deps.ts";

/** The public keys that verify pages, the one in use first, old ones after it. */
export function listFeedKeys({ keySet }: Pick<Deps, "keySet">) {
  return async (): Promise<ListFeedKeysResponse> => ({ jwksJson: JSON.stringify(keySet()) });
}
