import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { kindsOf } from "../entries/entry-chunk.ts";
import type { PackedIds } from "../entries/packed-ids.ts";
import { differences, type Parts } from "../entries/store-changes.ts";
import { loadRelease } from "../releases/load-release.ts";
import { comparedWith, partOf, type ReleaseState } from "../releases/release.ts";
import { revokedThrough } from "../revocations/store-revocations.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { Counting, type Comparison } from "./comparison.ts";

export type Needed = Pick<Deps, "releases" | "entries" | "revocations" | "revoked" | "clock" | "comparing">;

/**
 * The comparison of a release with what is in force, kept in it. It is made once for as many as ask for it.
 *
 * @throws Problem WRONG_STATE when the release has no entries.
 */
export async function compared(needed: Needed, release: ReleaseState, set: HashSetState): Promise<Comparison> {
  const activeReleaseId = set.active?.releaseId ?? "";
  if (release.comparison?.activeReleaseId === activeReleaseId) return release.comparison;
  const key = `${release.releaseId} ${activeReleaseId}`;
  const { comparing } = needed;
  const begun = comparing.get(key) ?? compare(needed, release, set).finally(() => comparing.delete(key));
  comparing.set(key, begun);
  return await begun;
}

async function compare(needed: Needed, release: ReleaseState, set: HashSetState): Promise<Comparison> {
  const { releaseId: activeReleaseId = "", entryCount: activeEntryCount = 0 } = set.active ?? {};
  const newer = partOf(release);
  if (newer === undefined) throw new Problem("WRONG_STATE", `A release that is ${release.stage.name} has no entries.`);
  const older = activeReleaseId === "" ? undefined : partOf((await loadRelease(needed, activeReleaseId)).state);
  // Neither list has what was taken back, whatever it says.
  const revoked = await revokedThrough(needed, set, set.counter);
  const counting = await count(needed, { older, newer }, revoked);
  const comparison = counting.end({ activeReleaseId, activeEntryCount }, needed.clock.now());
  await change(needed.releases, release.releaseId, (now) => now && { state: comparedWith(now, comparison) });
  return comparison;
}

/** Counts where two parts differ; what was revoked is in neither. */
export async function count(collections: Pick<Needed, "entries">, parts: Parts, revoked: PackedIds): Promise<Counting> {
  const counting = new Counting();
  for await (const difference of differences(collections, parts, revoked)) {
    if ("removed" in difference) for (const [, { chunk, i }] of difference.removed) counting.removed(kindsOf(chunk)(i));
    else {
      const kind = kindsOf(difference.chunk);
      for (const i of difference.added) counting.added(kind(i));
      for (const [nth, i] of difference.changed.entries()) {
        const before = difference.before[nth];
        counting.changed(kind(i), before === undefined ? kind(i) : kindsOf(before.chunk)(before.i));
      }
    }
  }
  return counting;
}
