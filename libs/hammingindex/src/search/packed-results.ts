import type { SearchResult } from "./nearest.ts";

/** Results one after the other, for the way between threads. */
export interface PackedResults {
  ids: Uint32Array<ArrayBuffer>;
  distances: Uint16Array<ArrayBuffer>;
  /** Where each result ends. */
  ends: Uint32Array<ArrayBuffer>;
  more: Uint8Array<ArrayBuffer>;
}

export function packResults(results: readonly SearchResult[]): PackedResults {
  const total = results.reduce((sum, { ids }) => sum + ids.length, 0);
  const packed = {
    ids: new Uint32Array(total),
    distances: new Uint16Array(total),
    ends: new Uint32Array(results.length),
    more: new Uint8Array(results.length),
  };
  let end = 0;
  for (const [i, { ids, distances, more }] of results.entries()) {
    packed.ids.set(ids, end);
    packed.distances.set(distances, end);
    packed.ends[i] = end += ids.length;
    packed.more[i] = more ? 1 : 0;
  }
  return packed;
}

export function unpackResults({ ids, distances, ends, more }: PackedResults): SearchResult[] {
  return Array.from(ends, (end, i) => {
    const start = ends[i - 1] ?? 0;
    return { ids: ids.subarray(start, end), distances: distances.subarray(start, end), more: more[i] === 1 };
  });
}
