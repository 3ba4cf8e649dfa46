import type { PackedIds } from "../entries/packed-ids.ts";
import { revokedThrough } from "../revocations/store-revocations.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";

/** Sets of which it is kept: pages of one come one after the other. */
const KEPT = 4;

export type KnownRevoked = (set: HashSetState) => Promise<PackedIds>;

/** What is revoked in a set as it is. Read once for as many pages as are looked at before it changes. */
export function knownRevoked(collections: Pick<Collections, "revocations" | "revoked">): KnownRevoked {
  const kept = new Map<string, { counter: number; revoked: Promise<PackedIds> }>();
  return async (set) => {
    const { setId, counter } = set;
    const before = kept.get(setId);
    const revoked = before?.counter === counter ? before.revoked : revokedThrough(collections, set, counter);
    kept.delete(setId);
    kept.set(setId, { counter, revoked });
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    try {
      return await revoked;
    } catch (error) {
      kept.delete(setId);
      throw error;
    }
  };
}
