import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { NumberedIds } from "../entries/numbered-ids.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { revokedIn } from "./revoked-in.ts";
import type { StepCollections } from "./steps-in-effect.ts";

/** Why entries were taken back: the first cause of an entry stays. */
export class Causes {
  readonly #causes: RevocationCause[] = [];
  readonly #ids = new NumberedIds();

  add(cause: RevocationCause, ids: Uint8Array): void {
    if (!this.#causes.includes(cause)) this.#causes.push(cause);
    this.#ids.add(ids, this.#causes.indexOf(cause));
  }

  /** Of the entries of a bucket, by their keys. Asked for once for all of them: it reads the whole bucket. */
  in(bucket: number): (key: string) => RevocationCause | undefined {
    const numbers = this.#ids.numbersIn(bucket);
    return (key) => this.#causes[numbers.get(key) ?? -1];
  }
}

/** Why what was revoked behind a counter, and up to a later one (the set's own unless told), was taken back. */
export async function causesIn(
  collections: StepCollections,
  set: HashSetState,
  after: number,
  through?: number,
): Promise<Causes> {
  const causes = new Causes();
  for await (const some of revokedIn(collections, set, after, through)) {
    for (const { cause, ids } of some) causes.add(cause, ids);
  }
  return causes;
}
