import { ID_BYTES, idKeys, keyOf, placeOfKey } from "./entry-id.ts";

/** More than so many of one bucket are looked for by a set of all that it has. */
const FEW = 16;

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

  /** Those of the ids (UUIDs) that are here. */
  among(ids: Iterable<string>): Set<string> {
    const found = new Set<string>();
    const byBucket = Map.groupBy(
      Array.from(ids, (id) => ({ id, key: keyOf(id) })).filter(({ key }) => key.length === ID_BYTES),
      ({ key }) => key.charCodeAt(0),
    );
    for (const [bucket, some] of byBucket) {
      const bytes = this.bytesIn(bucket);
      const all = some.length > FEW ? this.keysIn(bucket) : undefined;
      for (const { id, key } of some) if (all?.has(key) ?? placeOfKey(bytes, key) >= 0) found.add(id);
    }
    return found;
  }

  /** The same ids, to which others are added without these knowing. Of what both have there is one. */
  copy(): PackedIds {
    const copied = new PackedIds();
    copied.count = this.count;
    for (const [bucket, one] of this.#buckets.entries()) {
      // Not every first byte has come.
      if (one === undefined) continue;
      // It has no room behind it: whatever is added to the copy is written elsewhere.
      copied.#buckets[bucket] = { bytes: this.bytesIn(bucket), used: one.used };
    }
    return copied;
  }
}
