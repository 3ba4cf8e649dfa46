/** What a row says of a set, without its state being read. */
export interface Standing {
  pending: boolean;
  /** Through which counter it was searched when it was written; 0: not at all. */
  counter: number;
  hasHits: boolean;
}

/** What a pass does with a row: nothing, search it, or search it if it is found among what is new since a counter. */
export type Due = "nothing" | "search" | { since: number };

/**
 * What a row needs to be through a set's counter. Its hits are those of the counter it was searched at, or of the
 * range's mark if that is higher. Rows at the mark that lost a hit are found by the entry (unless too many were lost);
 * of rows that are ahead of it only those with hits can have lost one.
 */
export function dueOf(row: Standing, pass: { mark: number; through: number; manyLost: boolean }): Due {
  const at = Math.max(row.counter, pass.mark);
  // What is pending is looked up in everything, by a process that has come as far as the pass.
  if (row.pending || at >= pass.through) return "nothing";
  if (row.hasHits && (at > pass.mark || pass.manyLost)) return "search";
  return { since: at };
}
