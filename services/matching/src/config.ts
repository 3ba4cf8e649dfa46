import { availableParallelism } from "node:os";
import { readCommon, readConfig, readData } from "@ntd/service";

export type MatchingConfig = ReturnType<typeof readMatchingConfig>;

export const readMatchingConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig("MATCHING", environment, (own, shared) => ({
    ...readCommon(own, shared),
    ...readData(own, shared),
    hashlistsAddress: shared.text("HASHLISTS_ADDRESS"),
    /** A folder for this process alone, where loaded sets are kept for the next start; empty: nowhere. */
    snapshotDir: own.text("SNAPSHOT_DIR", ""),
    /** So long the fingerprints of what pages showed are kept once no page shows it. */
    keepItemsMs: own.integer("KEEP_ITEMS_DAYS", { fallback: 90, min: 1, max: 3650 }) * 86_400_000,
    /** So long it is kept who checked how many hashes on which day. */
    keepChecksMs: own.integer("KEEP_CHECKS_DAYS", { fallback: 400, min: 1, max: 3650 }) * 86_400_000,
    searchThreads: own.integer("SEARCH_THREADS", { fallback: threadsFor(availableParallelism()), min: 1, max: 15 }),
  }));

// One processor is for everything else; more than two threads are for who asks for them.
function threadsFor(processors: number): number {
  return Math.max(1, Math.min(2, processors - 1));
}
