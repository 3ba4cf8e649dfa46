import { BUCKETS } from "../entries/layered-rows.ts";
import { sharedLayers } from "../entries/layers.ts";
import type { Viewed } from "./release-entries.ts";

/** So many rows of both lists are read for a page at most, or those of one bucket. */
const ROWS = 50_000;

type Laid = Pick<Viewed, "layers" | "rows">;

/** Buckets of two releases that are read for a page: of layers that both have nothing is read. */
export function bucketsAtOnce(older: Laid, newer: Laid): number {
  const shared = sharedLayers(older.layers, newer.layers);
  const rows = [older, newer].flatMap((one) => one.rows.slice(shared)).reduce((sum, count) => sum + count, 0);
  return Math.min(BUCKETS, Math.max(1, Math.floor((ROWS * BUCKETS) / Math.max(1, rows))));
}
