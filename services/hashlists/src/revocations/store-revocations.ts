import { setImmediate } from "node:timers/promises";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { idBytes, wantedIds, wantedIn } from "../entries/entry-id.ts";
import { PackedIds } from "../entries/packed-ids.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { effectKey, revokedBy, type RevocationState } from "./revocation.ts";
import type { Collections } from "../store.ts";

/** Ids in one document. */
const CHUNK = 1000;
/** Documents that are written or read at once. */
const AT_ONCE = 16;

/** Freezes ids under `part`, the same ones however often it is begun. */
export async function freezeIds(
  { revoked }: Pick<Collections, "revoked">,
  part: string,
  ids: readonly string[],
): Promise<void> {
  const documents = Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, i) => ({
    id: `${part}.${String(i).padStart(4, "0")}`,
    state: { schemaVersion: 1 as const, part, ids: idBytes(ids.slice(i * CHUNK, (i + 1) * CHUNK)) },
  }));
  for (let at = 0; at < documents.length; at += AT_ONCE) {
    await revoked.insertMany(documents.slice(at, at + AT_ONCE));
    await setImmediate();
  }
}

/** Ids, as bytes, that took effect with a counter, why, and by whose word. */
export interface Revoked {
  counter: number;
  ids: Uint8Array;
  cause: RevocationCause;
  revokedBy: string[];
}

/** The ids, as bytes, that were revoked in a set behind a counter and up to the one that it has, by ascending counter. */
export async function* revokedIn(
  collections: Pick<Collections, "revocations" | "revoked">,
  { setId, lastRevocation: last }: HashSetState,
  afterCounter: number,
): AsyncGenerator<Revoked, void, undefined> {
  if (last === undefined || last.counter <= afterCounter) return;
  // All but the last are noted in their own documents; of the last one only the set may know yet.
  const where = { effective: { gt: effectKey(setId, afterCounter), lt: effectKey(setId, last.counter) } };
  for await (const page of collections.revocations.pages({ where, orderBy: "effective" }, 100)) {
    for (const { state } of page) {
      if (state.stage.name === "effective") yield* frozen(collections, state, state.stage.counter);
    }
  }
  const newest = await collections.revocations.load(last.revocationId);
  if (newest !== undefined) yield* frozen(collections, newest.state, last.counter);
}

/** All ids that were revoked in a set up to a counter. */
export async function revokedThrough(
  collections: Pick<Collections, "revocations" | "revoked">,
  set: HashSetState,
  through: number,
): Promise<PackedIds> {
  const revoked = new PackedIds();
  for await (const { counter, ids } of revokedIn(collections, set, 0)) if (counter <= through) revoked.add(ids);
  return revoked;
}

/** Those of the ids (UUIDs) that are revoked in a set as it is. */
export async function revokedAmong(
  collections: Pick<Collections, "revocations" | "revoked">,
  set: HashSetState,
  ids: Iterable<string>,
): Promise<Set<string>> {
  const wanted = wantedIds(ids);
  const among = new Set<string>();
  for await (const { ids: some } of revokedIn(collections, set, 0)) {
    for (const id of wantedIn(some, wanted)) among.add(id);
  }
  return among;
}

/** All ids that hang on `part`, one behind the other. */
export async function frozenIds({ revoked }: Pick<Collections, "revoked">, part: string): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const page of revoked.pages({ where: { part } }, AT_ONCE)) all.push(...page.map(({ state }) => state.ids));
  return Buffer.concat(all);
}

async function* frozen(
  { revoked }: Pick<Collections, "revoked">,
  revocation: RevocationState,
  counter: number,
): AsyncGenerator<Revoked, void, undefined> {
  const { part, cause = "REVOCATION_CAUSE_UNSPECIFIED" } = revocation;
  const why = { cause, revokedBy: revokedBy(revocation) };
  for await (const page of revoked.pages({ where: { part } }, AT_ONCE)) {
    for (const { state } of page) yield { counter, ids: state.ids, ...why };
    await setImmediate();
  }
}
