/** Entries found by one search, nearest first and among equals by id; `ids[i]` lies `distances[i]` bits away. */
export type SearchResult = {
  readonly ids: Uint32Array;
  readonly distances: Uint16Array;
  /** There were more within the radius than the limit let through. */
  readonly more: boolean;
};

/** One entry within the radius. */
export type Hit = { readonly id: number; readonly distance: number };

/** Orders the hits and keeps the first `limit`. The given array is reordered. */
export function nearest(hits: Hit[], limit: number): SearchResult {
  const kept = hits.sort((a, b) => a.distance - b.distance || a.id - b.id).slice(0, limit);
  return {
    ids: Uint32Array.from(kept, ({ id }) => id),
    distances: Uint16Array.from(kept, ({ distance }) => distance),
    more: hits.length > limit,
  };
}
