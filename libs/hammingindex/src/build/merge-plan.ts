import { MAX_SEGMENT_ROWS } from "../segments/layout.ts";

/** What there is to merge. */
export interface Sizes {
  /** How many rows each has, and how many of these were removed. */
  segments: readonly { rows: number; removed: number }[];
  /** Rows of full tails. */
  tails: number;
}

/** A segment joins a merge when it is at most so many times as large as what joins before it. */
const GROWTH = 3;

/**
 * Which segments to merge with the full tails, by their place in the list; undefined when nothing has to be merged.
 * Sizes stay geometric: there are few segments, and each row is copied a few times until it is in the largest. A segment
 * of which more than half was removed is written anew without waiting for a tail, and so are some of one size.
 */
export function mergePlan({ segments, tails }: Sizes): number[] | undefined {
  const sparse = segments.flatMap(({ rows, removed }, at) => (removed * 2 > rows ? [at] : []));
  if (tails === 0 && sparse.length === 0) return crowded(segments);
  const joined: number[] = [];
  let sum = tails;
  for (const at of bySize(segments)) {
    const { rows } = segments[at] as Sizes["segments"][number];
    const joins = sparse.includes(at) || rows <= GROWTH * sum;
    if (!joins || ((joined.length > 0 || tails > 0) && sum + rows > MAX_SEGMENT_ROWS)) continue;
    joined.push(at);
    sum += rows;
  }
  return joined;
}

/** Those that lie beside others of their size: so they do where segments were taken over as they were built. */
function crowded(segments: Sizes["segments"]): number[] | undefined {
  let together: number[] = [];
  let sum = 0;
  for (const at of bySize(segments)) {
    const { rows } = segments[at] as Sizes["segments"][number];
    if (rows <= GROWTH * sum && sum + rows <= MAX_SEGMENT_ROWS) {
      together.push(at);
      sum += rows;
    } else if (together.length > 1) return together;
    else [together, sum] = [[at], rows];
  }
  return together.length > 1 ? together : undefined;
}

function bySize(segments: Sizes["segments"]): number[] {
  const sizeOf = (at: number) => segments[at]?.rows ?? 0;
  return [...segments.keys()].sort((a, b) => sizeOf(a) - sizeOf(b));
}
