import type { Collections } from "../store.ts";
import type { Layer } from "./layers.ts";

/** Ids that are read at once. */
const IDS = 10_000;

/** How many chunks hang on a part. */
export async function chunkCount({ entries }: Pick<Collections, "entries">, part: string): Promise<number> {
  return (await idsOn(entries, part)).length;
}

/**
 * Whether all of some layers is in the store. Their ids suffice: a chunk is there or not, and once its release is made it
 * never changes. Beside each are its prints; who looks for entries by their ids would miss those of a chunk without. Of
 * layers of earlier releases, which are not counted, something is there.
 */
export async function areWhole(
  { entries, prints }: Pick<Collections, "entries" | "prints">,
  layers: readonly Layer[],
): Promise<boolean> {
  for (const { part, rows, chunks } of layers) {
    if (chunks === undefined) {
      if (rows > 0 && (await entries.project({ where: { part }, limit: 1 }, { id: "text" })).length === 0) return false;
      continue;
    }
    const ids = await idsOn(entries, part);
    if (ids.length !== chunks) return false;
    const printed = new Set(await idsOn(prints, part));
    if (!ids.every((id) => printed.has(id))) return false;
  }
  return true;
}

async function idsOn(collection: Pick<Collections["entries" | "prints"], "project">, part: string): Promise<string[]> {
  const all: string[] = [];
  for (let page: string[] = []; all.length === 0 || page.length === IDS; all.push(...page)) {
    const after = all.at(-1);
    const query = { where: { part }, limit: IDS, ...(after !== undefined && { after: { id: after } }) };
    page = (await collection.project(query, { id: "text" })).columns.id;
    if (page.length === 0) break;
  }
  return all;
}
