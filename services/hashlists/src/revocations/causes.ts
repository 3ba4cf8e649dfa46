import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { PackedIds } from "../entries/packed-ids.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import { revokedIn } from "./store-revocations.ts";

/** Why entries were taken back: the first cause of an entry stays. */
export class Causes {
  readonly #steps: { cause: RevocationCause; ids: PackedIds }[] = [];

  add(cause: RevocationCause, ids: Uint8Array): void {
    let last = this.#steps.at(-1);
    if (last?.cause !== cause) this.#steps.push((last = { cause, ids: new PackedIds() }));
    last.ids.add(ids);
  }

  /** Of the entries of a bucket, by their keys. Asked for once for all of them: it reads the whole bucket. */
  in(bucket: number): (key: string) => RevocationCause | undefined {
    const steps = this.#steps.map(({ cause, ids }) => ({ cause, keys: ids.keysIn(bucket) }));
    return (key) => steps.find(({ keys }) => keys.has(key))?.cause;
  }
}

/** Why what was revoked behind a counter, and up to a later one (the set's own unless told), was taken back. */
export async function causesIn(
  collections: Pick<Collections, "revocations" | "revoked">,
  set: HashSetState,
  after: number,
  through?: number,
): Promise<Causes> {
  const causes = new Causes();
  for await (const { cause, ids } of revokedIn(collections, set, after, through)) causes.add(cause, ids);
  return causes;
}
