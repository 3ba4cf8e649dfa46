import { ID_BYTES, idKeys } from "../entries/entry-id.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Taken } from "./packed-steps.ts";
import { takenIn, type StepCollections } from "./steps-in-effect.ts";

/** Ids, as bytes, that took effect with a counter, why, and by whose word. */
export type Revoked = Omit<Taken, "restores">;

/**
 * The ids, as bytes, that were revoked in a set behind a counter and are still at a later one (the set's own unless told),
 * by ascending counter, some at a time.
 */
export async function* revokedIn(
  collections: StepCollections,
  set: HashSetState,
  after: number,
  through: number = set.counter,
): AsyncGenerator<Revoked[], void, undefined> {
  const restored = await restoredIn(collections, set, after, through);
  for await (const some of takenIn(collections, set, after, through)) {
    const left = some.flatMap(({ restores, ...one }) => {
      if (restores) return [];
      const ids = restored.size === 0 ? one.ids : without(one.ids, (key) => (restored.get(key) ?? 0) > one.counter);
      return ids.length === 0 ? [] : [{ ...one, ids }];
    });
    if (left.length > 0) yield left;
  }
}

/** The ids, by their keys, that were restored in a set behind a counter and up to another one, and when that was last. */
export async function restoredIn(
  collections: StepCollections,
  set: HashSetState,
  after: number,
  through: number,
): Promise<ReadonlyMap<string, number>> {
  const restored = new Map<string, number>();
  if ((set.restoredCounter ?? 0) <= after) return restored;
  for await (const some of takenIn(collections, set, after, through)) {
    for (const { restores, counter, ids } of some) {
      if (restores) for (const key of idKeys(ids)) restored.set(key, counter);
    }
  }
  return restored;
}

function without(ids: Uint8Array, isGone: (key: string) => boolean): Uint8Array {
  const keys = idKeys(ids);
  const kept = keys.flatMap((key, i) => (isGone(key) ? [] : [ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES)]));
  return kept.length === keys.length ? ids : Buffer.concat(kept);
}
