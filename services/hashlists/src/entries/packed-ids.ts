import { ID_BYTES, idKeys } from "./entry-id.ts";

/** Many ids, 16 bytes each, by their first byte: what is revoked in a set, to be looked through a bucket at a time. */
export class PackedIds {
  readonly #buckets: { bytes: Uint8Array; used: number }[] = [];
  /** How many were added. */
  count = 0;

  add(ids: Uint8Array): void {
    for (let at = 0; at < ids.length; at += ID_BYTES) {
      const bucket = (this.#buckets[ids[at] ?? 0] ??= { bytes: new Uint8Array(ID_BYTES), used: 0 });
      if (bucket.used === bucket.bytes.length) {
        const larger = new Uint8Array(2 * bucket.used);
        larger.set(bucket.bytes);
        bucket.bytes = larger;
      }
      bucket.bytes.set(ids.subarray(at, at + ID_BYTES), bucket.used);
      bucket.used += ID_BYTES;
      this.count++;
    }
  }

  keysIn(bucket: number): ReadonlySet<string> {
    return new Set(idKeys(this.bytesIn(bucket)));
  }

  /** One behind the other, as they were added. */
  bytesIn(bucket: number): Uint8Array {
    const { bytes, used } = this.#buckets[bucket] ?? { bytes: new Uint8Array(), used: 0 };
    return bytes.subarray(0, used);
  }
}
