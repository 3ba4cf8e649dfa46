import type { CallContext } from "@ntd/rpc";
import { loadRelease } from "../releases/load-release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { loadSetFor } from "../sets/load-set.ts";
import type { Collections } from "../store.ts";
import { loadViewed, type Viewed } from "./release-entries.ts";

/** Two releases of a set, one after the other. */
export interface Pair {
  set: HashSetState;
  older: Viewed;
  newer: Viewed;
}

/** @throws Problem NOT_FOUND, also for releases of two sets, whose entries have nothing to do with each other. */
export async function loadPair(
  collections: Pick<Collections, "sets" | "releases">,
  { olderReleaseId, newerReleaseId }: { olderReleaseId: string; newerReleaseId: string },
  context: CallContext,
): Promise<Pair> {
  const { state: release } = await loadRelease(collections, newerReleaseId);
  const { state: set } = await loadSetFor(collections, release.setId, context, "see");
  return {
    set,
    older: await loadViewed(collections, set, olderReleaseId),
    newer: await loadViewed(collections, set, newerReleaseId),
  };
}
