import { randomUUID } from "node:crypto";
import { idBytes } from "../src/entries/entry-id.ts";
import { newRevocation, type RevocationState } from "../src/revocations/revocation.ts";
import { freezeIds } from "../src/revocations/store-revocations.ts";
import { newSet, revoke, type HashSetState } from "../src/sets/hash-set.ts";
import type { Collections, RevokedState } from "../src/store.ts";
import { policy } from "./bed.ts";

/**
 * A set of which each of these was taken back by itself besides, that at 500 with many others; at 1,200 the tenth is given
 * back.
 */
export async function takenBack(
  collections: Pick<Collections, "revocations" | "revoked">,
  before: HashSetState,
  ids: readonly string[],
): Promise<HashSetState> {
  const { setId } = before;
  let set = before;
  const states: RevocationState[] = [];
  const frozen: { id: string; state: RevokedState }[] = [];
  for (const [nth, id] of ids.entries()) {
    const counter = set.counter + 1;
    const isBack = counter === 1200;
    const [revocationId, part] = [randomUUID(), randomUUID()];
    // Of one two persons take back at once the first counts.
    const again = counter === 700 ? ids.slice(698, 699) : [];
    const own = isBack ? ids.slice(9, 10) : counter === 500 ? [id, ...many(2400)] : [...again, id];
    const told = { reason: "r", requestedBy: nth % 3 === 0 ? "anna" : "ben", digest: "d", alreadyRevoked: 0 };
    const asked = { revocationId, setId, part, ...told, persons: 1 as const, entryCount: own.length };
    const state = newRevocation({ ...asked, requestedTime: new Date(), ...(isBack && { restores: true }) }, 0);
    if (own.length > 1) await freezeIds(collections, part, own);
    else frozen.push({ id: part, state: { schemaVersion: 1, part, ids: idBytes(own) } });
    set = revoke(set, state, new Date());
    states.push({ ...state, stage: { name: "effective", counter, time: new Date() } });
  }
  await collections.revoked.insertMany(frozen);
  await collections.revocations.insertMany(states.map((state) => ({ id: state.revocationId, state })));
  return set;
}

export const many = (n: number) => Array.from({ length: n }, () => randomUUID());

export function setState(setId: string, createdTime: Date): HashSetState {
  return newSet({ setId, policy, createdBy: "a", createdTime, createdRequest: setId, createdDigest: "d" });
}
