/**
 * A part of what a release lists, and how many entries it tells of. The oldest layer is a whole list; each further one
 * holds the entries that it adds or tells anew, and beside them how those that it changes or removes stood before.
 */
export interface Layer {
  part: string;
  rows: number;
  /** How many documents hold them; absent in lists of earlier releases. */
  chunks?: number;
}

/**
 * How many of the newest layers are written into a new one of so many rows: all that are no larger than twice what is
 * written anyway. So each layer is more than twice as large as the one above it: a list of ten million has at most some
 * twenty, and a row is written again once for each time that what lies above it has doubled.
 */
export function foldedInto(below: readonly Layer[], rows: number): number {
  let [folded, written] = [0, rows];
  for (const layer of below.toReversed()) {
    if (layer.rows > 2 * written) break;
    written += layer.rows;
    folded++;
  }
  return folded;
}

/** How many of the oldest layers two releases share. */
export function sharedLayers(some: readonly string[], others: readonly string[]): number {
  const differs = some.findIndex((part, at) => part !== others[at]);
  return differs < 0 ? some.length : differs;
}
