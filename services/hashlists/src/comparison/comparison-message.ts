import type { ReleaseComparison } from "@ntd/proto/hashlists/v1/hash_list_service";
import { quarantineReasons, type Comparison } from "./comparison.ts";

/** A comparison as people are shown it. */
export function toComparison(comparison: Comparison): ReleaseComparison {
  const { activeReleaseId, activeEntryCount, added, removed, changed, reclassed, kinds, time } = comparison;
  return {
    activeReleaseId,
    activeEntryCount: BigInt(activeEntryCount),
    added: BigInt(added),
    removed: BigInt(removed),
    changed: BigInt(changed),
    reclassed: BigInt(reclassed),
    kinds: kinds.map((kind) => ({
      algorithm: `ALGORITHM_${kind.algorithm}`,
      classification: kind.scheme === "" ? undefined : { scheme: kind.scheme, version: "", code: kind.code },
      added: BigInt(kind.added),
      removed: BigInt(kind.removed),
      changed: BigInt(kind.changed),
    })),
    quarantineReasons: quarantineReasons(comparison),
    comparedTime: time,
    addedSample: [],
    removedSample: [],
    changedSample: [],
  };
}
