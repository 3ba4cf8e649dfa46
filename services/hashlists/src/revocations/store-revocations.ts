import { setImmediate } from "node:timers/promises";
import { idBytes } from "../entries/entry-id.ts";
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

/** All ids that hang on `part`, one behind the other. */
export async function frozenIds(collections: Pick<Collections, "revoked">, part: string): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const ids of frozenPieces(collections, part)) all.push(ids);
  return Buffer.concat(all);
}

/** The same, some at a time. */
export async function* frozenPieces(
  { revoked }: Pick<Collections, "revoked">,
  part: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const page of revoked.pages({ where: { part } }, AT_ONCE)) {
    for (const { state } of page) yield state.ids;
    await setImmediate();
  }
}
