import type { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import type { RpcClient } from "@ntd/rpc";
import type { Clock, JSONWebKeySet, Signer } from "@ntd/service";

/** What every call works with. */
export interface Deps {
  clock: Clock;
  signer: Signer;
  keySet: () => JSONWebKeySet;
  watermarkKey: () => Uint8Array;
  hashlists: RpcClient<typeof FeedSourceServiceService>;
}
