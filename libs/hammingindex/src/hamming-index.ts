import { requireHash } from "./hash.ts";
import { nearest } from "./nearest.ts";
import type { Hit, SearchResult } from "./nearest.ts";
import { Rows } from "./rows.ts";

/**
 * Exact range search over 256-bit hashes. An id is a whole number from 0 to 2^32 − 1 that the caller chooses, one for
 * each entry; any number of entries may have the same hash. What a call has changed, the next search sees.
 */
export interface HammingIndex {
  /** Entries that searches can find; disabled ones are not counted. */
  readonly size: number;
  /** Adds an entry. Throws a RangeError when the id is already there (also disabled), or id or hash is malformed. */
  add(id: number, hash: Uint8Array): void;
  /** Hides an entry from searches, its id stays taken. Returns whether it was visible. */
  disable(id: number): boolean;
  /** Forgets an entry, visible or not; its id is free again. Returns whether it was there. */
  remove(id: number): boolean;
  /**
   * Finds every entry within `radius` bits (0 to 256, the radius itself included), nearest first and among equals by
   * id. At most `limit` (1 or more, default 1,000) are returned, and `more` says whether that cut any off.
   * Rejects with a RangeError on a malformed argument.
   */
  search(hash: Uint8Array, radius: number, limit?: number): Promise<SearchResult>;
  /** The same for several hashes over one state of the index; the results are in the order of the hashes. */
  searchMany(hashes: readonly Uint8Array[], radius: number, limit?: number): Promise<SearchResult[]>;
}

/** How many entries a search returns unless told otherwise. */
export const DEFAULT_LIMIT = 1000;

/** An empty index in this process's memory. It is lost with the process. */
export function createIndex(): HammingIndex {
  return new ScannedIndex();
}

/** Reads every row on every search; see the README for what that costs. */
class ScannedIndex implements HammingIndex {
  readonly #rows = new Rows();
  /** In which row each visible id is. */
  readonly #rowOf = new Map<number, number>();
  readonly #disabled = new Set<number>();

  get size(): number {
    return this.#rowOf.size;
  }

  add(id: number, hash: Uint8Array): void {
    requireId(id);
    requireHash(hash);
    if (this.#rowOf.has(id) || this.#disabled.has(id)) throw new RangeError(`id ${id} is already in the index`);
    this.#rowOf.set(id, this.#rows.push(id, hash));
  }

  disable(id: number): boolean {
    const wasVisible = this.#takeOut(id);
    if (wasVisible) this.#disabled.add(id);
    return wasVisible;
  }

  remove(id: number): boolean {
    return this.#takeOut(id) || this.#disabled.delete(id);
  }

  async search(hash: Uint8Array, radius: number, limit: number = DEFAULT_LIMIT): Promise<SearchResult> {
    requireHash(hash);
    requireWhole("radius", radius, 0, 256);
    requireWhole("limit", limit, 1, Number.MAX_SAFE_INTEGER);
    const hits: Hit[] = [];
    this.#rows.scan(hash, radius, (id, distance) => hits.push({ id, distance }));
    return nearest(hits, limit);
  }

  async searchMany(hashes: readonly Uint8Array[], radius: number, limit?: number): Promise<SearchResult[]> {
    return Promise.all(hashes.map((hash) => this.search(hash, radius, limit)));
  }

  #takeOut(id: number): boolean {
    const row = this.#rowOf.get(id);
    if (row === undefined) return false;
    this.#rowOf.delete(id);
    const moved = this.#rows.replaceByLast(row);
    if (moved !== id) this.#rowOf.set(moved, row);
    return true;
  }
}

function requireId(id: number): void {
  requireWhole("id", id, 0, 2 ** 32 - 1);
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}
