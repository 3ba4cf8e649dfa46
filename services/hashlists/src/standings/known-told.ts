import { beyondCall } from "@ntd/service";
import { idBytes, idKeys } from "../entries/entry-id.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import type { Told } from "./standing.ts";
import { toldBehind } from "./told-behind.ts";

/** Sets of which it is kept: pages of one come one after the other. */
const KEPT = 8;

type Needed = Pick<Collections, "opinions">;

/** By the keys of entries, what was told of each, the newest last. */
export type ToldByKey = ReadonlyMap<string, readonly Told[]>;

/** What was told of how the entries of one set stand, a bucket of them at a time. */
export class ToldOfSet {
  readonly #buckets: Map<string, readonly Told[]>[] = [];
  #through = 0;
  #reading: Promise<void> = Promise.resolve();

  in(bucket: number): ToldByKey {
    return this.#buckets[bucket] ?? NONE;
  }

  /** Reads what was told since it was read last, up to the counter of the set. */
  follow(collections: Needed, set: HashSetState): Promise<void> {
    const before = this.#reading.catch(() => undefined);
    this.#reading = before.then(() => this.#read(collections, set));
    return this.#reading;
  }

  async #read(collections: Needed, set: HashSetState): Promise<void> {
    if (this.#through >= set.counter) return;
    for await (const some of toldBehind(collections, set, this.#through)) {
      const keys = idKeys(idBytes(some.map(({ entryId }) => entryId)));
      for (const [i, { told }] of some.entries()) {
        const key = keys[i] ?? "";
        (this.#buckets[key.charCodeAt(0)] ??= new Map()).set(key, told);
      }
    }
    this.#through = set.counter;
  }
}

const NONE: ToldByKey = new Map();

export type KnownTold = (set: HashSetState) => Promise<ToldOfSet>;

/** What was told of sets, read on from where it was read last: members may say something of a whole list. */
export function knownTold(collections: Needed): KnownTold {
  const kept = new Map<string, ToldOfSet>();
  return async (set) => {
    const { setId } = set;
    const told = kept.get(setId) ?? new ToldOfSet();
    kept.delete(setId);
    kept.set(setId, told);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    await beyondCall(() => told.follow(collections, set));
    return told;
  };
}
