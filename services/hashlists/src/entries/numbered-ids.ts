import { ID_BYTES, idKeys } from "./entry-id.ts";
import { PackedIds } from "./packed-ids.ts";

/** Many ids, each with a number that goes with it, to be looked through a bucket at a time: 24 bytes each. */
export class NumberedIds {
  #ids = new PackedIds();
  readonly #numbers: Float64Array[] = [];

  /** How many were added. */
  get count(): number {
    return this.#ids.count;
  }

  add(ids: Uint8Array, number: number): void {
    for (let at = 0; at < ids.length; at += ID_BYTES) {
      const bucket = ids[at] ?? 0;
      const place = this.#countIn(bucket);
      let numbers = (this.#numbers[bucket] ??= new Float64Array(1));
      if (place === numbers.length) {
        const larger = new Float64Array(2 * place);
        larger.set(numbers);
        this.#numbers[bucket] = numbers = larger;
      }
      numbers[place] = number;
      this.#ids.add(ids.subarray(at, at + ID_BYTES));
    }
  }

  keysIn(bucket: number): ReadonlySet<string> {
    return this.#ids.keysIn(bucket);
  }

  /** Those of the ids (UUIDs) that are here. */
  among(ids: Iterable<string>): Set<string> {
    return this.#ids.among(ids);
  }

  /** Of an id that was added more than once the first number. */
  numbersIn(bucket: number): ReadonlyMap<string, number> {
    const numbers = new Map<string, number>();
    const own = this.#numbers[bucket];
    for (const [i, key] of idKeys(this.#ids.bytesIn(bucket)).entries()) {
      if (!numbers.has(key)) numbers.set(key, own?.[i] ?? 0);
    }
    return numbers;
  }

  /** The same ids, to which others are added without these knowing. Of what both have there is one. */
  copy(): NumberedIds {
    const copied = new NumberedIds();
    copied.#ids = this.#ids.copy();
    for (const [bucket, numbers] of this.#numbers.entries()) {
      // Not every first byte has come. Of what has there is no room behind it, as with the ids.
      if (numbers !== undefined) copied.#numbers[bucket] = numbers.subarray(0, this.#countIn(bucket));
    }
    return copied;
  }

  #countIn(bucket: number): number {
    return this.#ids.bytesIn(bucket).length / ID_BYTES;
  }
}
