import type { Access } from "@ntd/rpc";

/** Who may call what. Which lists a partner gets is said by the sets. */
export const access: Access = {
  "/ntd.feed.v1.FeedService/ReadFeed": ["partner"],
  "/ntd.feed.v1.FeedService/ListFeedKeys": ["partner", "operator"],
  "/ntd.feed.v1.FeedAdminService/FindWatermarks": ["operator"],
};
