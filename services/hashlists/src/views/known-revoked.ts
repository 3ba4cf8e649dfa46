import type { PackedIds } from "../entries/packed-ids.ts";
import { revokedThrough } from "../revocations/store-revocations.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import { keptLast } from "./kept-last.ts";

/** So often it is kept: pages of one set come one after the other. */
const KEPT = 8;

export type KnownRevoked = (set: HashSetState, at?: number) => Promise<PackedIds>;

/** What is revoked in a set as it is, or was at a counter. Read once for as many pages as are looked at. */
export function knownRevoked(collections: Pick<Collections, "revocations" | "revoked">): KnownRevoked {
  const kept = keptLast<PackedIds>(KEPT);
  return (set, at = set.counter) => kept(`${set.setId} ${at}`, () => revokedThrough(collections, set, at));
}
