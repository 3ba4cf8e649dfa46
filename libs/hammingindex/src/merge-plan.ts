import { MAX_SEGMENT_ROWS } from "./layout.ts";

/** What there is to merge: how many rows each has. */
export interface Sizes {
  /** Ascending or not. */
  segments: readonly number[];
  /** Tails that are full. */
  tails: number;
}

/** A segment joins a merge when it is at most so many times as large as what joins before it. */
const GROWTH = 3;

/**
 * Which segments to merge with the full tails, by their place in the list; undefined when nothing has to be merged.
 * Sizes stay geometric: there are few segments, and each row is copied a few times until it is in the largest.
 */
export function mergePlan({ segments, tails }: Sizes): number[] | undefined {
  if (tails === 0) return undefined;
  const bySize = [...segments.keys()].sort((a, b) => (segments[a] as number) - (segments[b] as number));
  const joined: number[] = [];
  let sum = tails;
  for (const at of bySize) {
    const size = segments[at] as number;
    if (size > GROWTH * sum || sum + size > MAX_SEGMENT_ROWS) break;
    joined.push(at);
    sum += size;
  }
  return joined;
}
