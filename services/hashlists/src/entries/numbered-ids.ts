import { ID_BYTES, idKeys } from "./entry-id.ts";
import { PackedIds } from "./packed-ids.ts";

/** Many ids, each with a number that goes with it, to be looked through a bucket at a time. */
export class NumberedIds {
  readonly #ids = new PackedIds();
  readonly #numbers: number[][] = [];

  /** How many were added. */
  get count(): number {
    return this.#ids.count;
  }

  add(ids: Uint8Array, number: number): void {
    this.#ids.add(ids);
    for (let at = 0; at < ids.length; at += ID_BYTES) (this.#numbers[ids[at] ?? 0] ??= []).push(number);
  }

  keysIn(bucket: number): ReadonlySet<string> {
    return this.#ids.keysIn(bucket);
  }

  /** Of an id that was added more than once the first number. */
  numbersIn(bucket: number): ReadonlyMap<string, number> {
    const numbers = new Map<string, number>();
    const own = this.#numbers[bucket] ?? [];
    for (const [i, key] of idKeys(this.#ids.bytesIn(bucket)).entries()) {
      if (!numbers.has(key)) numbers.set(key, own[i] ?? 0);
    }
    return numbers;
  }

  /** The same ids, to which others are added without these knowing. */
  copy(): NumberedIds {
    const copied = new NumberedIds();
    for (const [bucket, numbers] of this.#numbers.entries()) {
      // Not every first byte has come.
      if (numbers === undefined) continue;
      copied.#ids.add(this.#ids.bytesIn(bucket));
      copied.#numbers[bucket] = [...numbers];
    }
    return copied;
  }
}
