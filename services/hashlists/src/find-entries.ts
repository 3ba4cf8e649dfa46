import { wantedIds, wantedIn } from "./entry-id.ts";
import { chunksOf } from "./store-entries.ts";
import type { Collections } from "./store.ts";

/** Those of the ids (UUIDs) that a part holds. Reads only the buckets in which they would be. */
export async function idsIn(
  collections: Pick<Collections, "entries">,
  part: string,
  ids: Iterable<string>,
): Promise<Set<string>> {
  const wanted = wantedIds(ids);
  const buckets = [...new Set(Array.from(wanted.keys(), (hex) => parseInt(hex.slice(0, 2), 16)))];
  const found = new Set<string>();
  for (const bucket of buckets) {
    for await (const page of chunksOf(collections, part, bucket)) {
      const own = page.filter(({ state }) => state.bucket === bucket);
      for (const { state } of own) for (const id of wantedIn(state.ids, wanted)) found.add(id);
      if (own.length < page.length) break;
    }
  }
  return found;
}
