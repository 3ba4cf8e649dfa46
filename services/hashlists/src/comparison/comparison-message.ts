import type { LetInLately, ReleaseComparison } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { EntrySample } from "@ntd/proto/hashlists/v1/impact";
import type { DrawnEntry } from "../impact/drawing.ts";
import type { Lately } from "../releases/let-in.ts";
import { quarantineReasons, quarantineText, type Comparison } from "./comparison.ts";

/**
 * A comparison as people are shown it; the hashes of its samples to members alone.
 *
 * @param lately what one approver each let in within a day.
 */
export function toComparison(comparison: Comparison, lately?: Lately, showsHashes = false): ReleaseComparison {
  const { activeReleaseId, activeEntryCount, added, removed, changed, reclassed, kinds, time } = comparison;
  const { drawn, removedImpact, addedImpact, revoted } = comparison;
  const quarantine = quarantineText(comparison, lately);
  return {
    activeReleaseId,
    activeEntryCount: BigInt(activeEntryCount),
    added: BigInt(added),
    removed: BigInt(removed),
    changed: BigInt(changed),
    reclassed: BigInt(reclassed),
    ...(revoted !== undefined && { revoted: BigInt(revoted) }),
    kinds: kinds.map((kind) => ({
      algorithm: `ALGORITHM_${kind.algorithm}`,
      classification: classOf(kind),
      added: BigInt(kind.added),
      removed: BigInt(kind.removed),
      changed: BigInt(kind.changed),
    })),
    quarantineReasons: quarantineReasons(comparison, lately),
    ...(quarantine !== "" && { quarantineText: quarantine }),
    ...(lately && { lately: toLately(lately) }),
    comparedTime: time,
    ...(comparison.takenBack !== undefined && { takenBack: BigInt(comparison.takenBack) }),
    ...(removedImpact && { removedImpact }),
    ...(addedImpact && { addedImpact }),
    takenBackImpacts: comparison.takenBackImpacts ?? [],
    addedSample: samples(drawn?.added, showsHashes),
    removedSample: samples(drawn?.removed, showsHashes),
    changedSample: samples(drawn?.changed, showsHashes),
  };
}

function toLately({ of, added, removed, reclassed, revoted = 0, takenBack }: Lately): LetInLately {
  const counts = { added: BigInt(added), removed: BigInt(removed), reclassed: BigInt(reclassed) };
  return {
    entryCount: BigInt(of),
    ...counts,
    ...(revoted > 0 && { revoted: BigInt(revoted) }),
    takenBack: BigInt(takenBack),
  };
}

function samples(drawn: readonly DrawnEntry[] | undefined, showsHashes: boolean): EntrySample[] {
  return (drawn ?? []).map(({ entryId, algorithm, scheme, code, votes, value, before }) => ({
    entryId,
    algorithm: `ALGORITHM_${algorithm}`,
    classification: classOf({ scheme, code }),
    classificationBefore: before && classOf(before),
    votes,
    value: showsHashes ? value : new Uint8Array(),
  }));
}

function classOf({ scheme, code }: { scheme: string; code: string }) {
  return scheme === "" ? undefined : { scheme, version: "", code };
}
