import { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { service, type RpcService } from "@ntd/rpc";
import type { Deps } from "../deps.ts";
import { exportRelease } from "../exports/rpc-export-release.ts";
import { listRecipients } from "../feed/rpc-list-recipients.ts";
import { readSource } from "../feed/rpc-read-source.ts";
import { diffReleases } from "./rpc-diff-releases.ts";
import { findEntries } from "./rpc-find-entries.ts";
import { getSet } from "./rpc-get-set.ts";
import { listDifferences } from "./rpc-list-differences.ts";
import { listEntries } from "./rpc-list-entries.ts";
import { listHistory } from "../history/rpc-list-history.ts";

/** What shows lists, and passes them on. */
export function views(deps: Deps): RpcService[] {
  const { revokedIn: revoked } = deps;
  return [
    service(HashSetViewServiceService, {
      getSet: getSet(deps),
      listEntries: listEntries(deps, revoked),
      findEntries: findEntries(deps, revoked),
      diffReleases: diffReleases(deps, revoked),
      listDifferences: listDifferences(deps, revoked),
      listHistory: listHistory(deps),
      exportRelease: exportRelease(deps, revoked),
    }),
    service(FeedSourceServiceService, {
      readSource: readSource(deps, revoked),
      listRecipients: listRecipients(deps),
    }),
  ];
}
