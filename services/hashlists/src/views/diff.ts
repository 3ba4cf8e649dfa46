import { Problem } from "@ntd/service";
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

/** @throws Problem NOT_FOUND, also for releases of two sets. */
export async function loadPair(
  collections: Pick<Collections, "sets" | "releases">,
  { olderReleaseId, newerReleaseId }: { olderReleaseId: string; newerReleaseId: string },
  context: CallContext,
): Promise<Pair> {
  const [{ state: older }, { state: newer }] = [
    await loadRelease(collections, olderReleaseId),
    await loadRelease(collections, newerReleaseId),
  ];
  const { state: set } = await loadSetFor(collections, newer.setId, context, "see");
  if (older.setId !== newer.setId) {
    throw new Problem("NOT_FOUND", "These releases are of two sets, whose entries have nothing to do with each other.");
  }
  return {
    set,
    older: await loadViewed(collections, set, older.releaseId),
    newer: await loadViewed(collections, set, newer.releaseId),
  };
}
