import type { Layout } from "./layout.ts";
import { servedBy, shapeText, type Shape } from "./served.ts";

/**
 * In tests (`NTD_STORE_QUERIES`, set in test/vitest.config.ts) a query that no declared index serves is refused with an
 * error. With `raise` it is raised as an unhandled rejection too, since a loop would log it and go on; `refuse` only
 * refuses. Unset, as in production: the query is answered, however long that takes.
 */
export function strictly(setting: string | undefined): ((layout: Layout, shape: Shape) => void) | undefined {
  if (setting === undefined || setting === "") return undefined;
  return (layout, shape) => {
    if (servedBy(layout, shape) !== undefined) return;
    throw raised(unserved(`${shapeText(layout, shape)} is served by no index`), setting);
  };
}

/** The error of a query that scans. */
export function unserved(why: string): Error {
  return new Error(`${why}: declare an index in the collection's spec (fields that are equal first, then the order)`);
}

export function raised(error: Error, setting: string): Error {
  if (setting === "raise") void Promise.reject(error);
  return error;
}
