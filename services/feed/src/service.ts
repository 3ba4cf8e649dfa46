import { readFileSync } from "node:fs";
import { startService, type Overrides, type Running } from "@ntd/host";
import { FeedAdminServiceService, FeedServiceService } from "@ntd/proto/feed/v1/feed_service";
import { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import { service } from "@ntd/rpc";
import { Problem, watchFiles, watchSigningKeys, type Logger } from "@ntd/service";
import { access } from "./access.ts";
import type { FeedConfig } from "./config.ts";
import type { Deps } from "./deps.ts";
import { oneAtATime } from "./known-watermarks.ts";
import { findWatermarks } from "./rpc-find-watermarks.ts";
import { listFeedKeys } from "./rpc-list-feed-keys.ts";
import { readFeed } from "./rpc-read-feed.ts";

export function start(config: FeedConfig, overrides?: Overrides): Promise<Running> {
  return startService({
    name: "feed",
    config,
    overrides,
    access,
    open: ({ clock, log, peer, use }): Deps => {
      const { signer, keySet } = use(watchSigningKeys(config, log));
      const watermarkKey = use(watchWatermarkKey(config.watermarkKeyFile, log));
      const hashlists = peer(FeedSourceServiceService, { address: config.hashlistsAddress });
      return {
        clock,
        signer,
        keySet,
        watermarkKey: () => watermarkKey.value,
        makeWatermark: oneAtATime(),
        hashlists,
      };
    },
    serve: (deps) => [
      service(FeedServiceService, { readFeed: readFeed(deps), listFeedKeys: listFeedKeys(deps) }),
      service(FeedAdminServiceService, { findWatermarks: findWatermarks(deps) }),
    ],
  });
}

const KEY_BYTES = 32;

function watchWatermarkKey(path: string, log: Logger) {
  const read = () => {
    const key = readFileSync(path);
    if (key.length === KEY_BYTES) return key;
    throw new Problem("CONFIG_INVALID", `${path} has ${key.length} bytes; the key of watermarks has ${KEY_BYTES}.`);
  };
  return watchFiles({ what: "the key of watermarks", paths: [path], log, read });
}
