import type { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import type { RpcClient } from "@ntd/rpc";
import type { Clock, JSONWebKeySet, Signer } from "@ntd/service";
import type { oneAtATime } from "./known-watermarks.ts";

/** What every call works with. */
export interface Deps {
  clock: Clock;
  signer: Signer;
  keySet: () => JSONWebKeySet;
  watermarkKey: () => Uint8Array;
  /** For all who ask. */
  makeWatermark: ReturnType<typeof oneAtATime>;
  hashlists: RpcClient<typeof FeedSourceServiceService>;
}
