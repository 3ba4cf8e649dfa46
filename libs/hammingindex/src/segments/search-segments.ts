import { nearest, type Hit, type SearchResult } from "../search/nearest.ts";
import type { Ids } from "./segment.ts";
import type { SegmentSearch } from "./segment-search.ts";
import { TAIL_ROWS } from "./tail.ts";

/** A segment as one thread searches it; rows that came after `rows` were counted are passed over. */
export interface Searchable {
  search: SegmentSearch;
  ids: Ids;
  rows: number;
}

const NONE: SearchResult = { ids: new Uint32Array(), distances: new Uint16Array(), more: false };

/** Searches the segments one after the other and brings together what they find. */
export function searchSegments(
  segments: readonly Searchable[],
  hash: Uint8Array,
  radius: number,
  limit: number,
  how: "search" | "scan" = "search",
): SearchResult {
  const hits: Hit[] = [];
  let more = false;
  for (const { search, ids, rows } of segments) {
    // The rows of a tail do not stand by ascending id: of equally near ones, the kernel would keep the wrong ones.
    const atMost = rows <= TAIL_ROWS ? Math.max(limit, rows) : limit;
    const found = search[how](hash, radius, atMost, rows);
    more ||= found.more;
    for (let i = 0; i < found.count; i++) {
      const row = found.pairs[2 * i] as number;
      hits.push({ id: ids.idOf(row), distance: found.pairs[2 * i + 1] as number });
    }
  }
  if (hits.length === 0) return NONE;
  const result = nearest(hits, limit);
  return more ? { ...result, more } : result;
}
