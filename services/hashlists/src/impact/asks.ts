import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { AddedEntries } from "@ntd/proto/matching/v1/list_impact_service";

/** What others are asked of a comparison: some of what is new, in messages as they are sent, and ids of what goes. */
export interface Asks {
  added: readonly Uint8Array[];
  /** One behind the other. */
  removed: Uint8Array;
}

/** A message holds 4 MiB. */
const BATCH = { count: 1000, bytes: 1024 * 1024 };

/** Packed: what is kept until others answer is a tenth of what its entries are each by itself. */
export function packed(all: readonly Fingerprint[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let fingerprints: Fingerprint[] = [];
  let bytes = 0;
  const end = () => {
    if (fingerprints.length > 0) messages.push(AddedEntries.encode({ fingerprints }).finish());
    [fingerprints, bytes] = [[], 0];
  };
  for (const one of all) {
    fingerprints.push(one);
    bytes += one.value.length;
    if (fingerprints.length >= BATCH.count || bytes >= BATCH.bytes) end();
  }
  end();
  return messages;
}

/** Of some comparisons, each up to 13 MB. */
const KEPT_BYTES = 32 * 1024 * 1024;

/**
 * What is asked of the comparisons that were made last, so that neither list is read again when others did not answer, or
 * were not asked: of so many bytes, those that were wanted last.
 */
export class KeptAsks {
  readonly #most: number;
  readonly #kept = new Map<string, Asks>();

  constructor(most = KEPT_BYTES) {
    this.#most = most;
  }

  keep(key: string, asks: Asks): void {
    this.#kept.delete(key);
    this.#kept.set(key, asks);
    let bytes = [...this.#kept.values()].reduce((sum, one) => sum + bytesOf(one), 0);
    for (const [oldest, one] of this.#kept) {
      if (bytes <= this.#most) return;
      bytes -= bytesOf(one);
      this.#kept.delete(oldest);
    }
  }

  of(key: string): Asks | undefined {
    const asks = this.#kept.get(key);
    if (asks !== undefined) this.keep(key, asks);
    return asks;
  }
}

function bytesOf({ added, removed }: Asks): number {
  return added.reduce((sum, { byteLength }) => sum + byteLength, removed.byteLength);
}
