import type { CallContext } from "@ntd/rpc";
import { BUCKETS } from "../entries/layered-rows.ts";
import { sharedLayers } from "../entries/layers.ts";
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

/** So many entries of both lists are read for a page at most, or those of one bucket. */
const ENTRIES = 50_000;

/** Buckets of two releases that are read for a page: all of them where layers that both have need no reading. */
export function bucketsAtOnce(older: Viewed, newer: Viewed): number {
  if (sharedLayers(older.layers, newer.layers) > 0) return BUCKETS;
  return Math.max(1, Math.floor((ENTRIES * BUCKETS) / Math.max(1, older.entryCount + newer.entryCount)));
}
