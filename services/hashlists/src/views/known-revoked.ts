import type { PackedIds } from "../entries/packed-ids.ts";
import { revokedThrough } from "../revocations/store-revocations.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";

/** So often it is kept: pages of one set come one after the other. */
const KEPT = 8;

export type KnownRevoked = (set: HashSetState, at?: number) => Promise<PackedIds>;

/** What is revoked in a set as it is, or was at a counter. Read once for as many pages as are looked at. */
export function knownRevoked(collections: Pick<Collections, "revocations" | "revoked">): KnownRevoked {
  const kept = new Map<string, Promise<PackedIds>>();
  return async (set, at = set.counter) => {
    const key = `${set.setId} ${at}`;
    const revoked = kept.get(key) ?? revokedThrough(collections, set, at);
    kept.delete(key);
    kept.set(key, revoked);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    try {
      return await revoked;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  };
}
