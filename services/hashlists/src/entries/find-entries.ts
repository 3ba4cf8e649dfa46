import { wantedIds, wantedIn } from "./entry-id.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { chunksOf } from "./store-entries.ts";
import type { Collections } from "../store.ts";

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

/** The parts that hold the entries of a set's releases: the active one's first, then the newest. */
export async function* partsOf(
  { releases }: Pick<Collections, "releases">,
  { setId, active }: HashSetState,
): AsyncGenerator<string, void, undefined> {
  const inForce = active && (await releases.load(active.releaseId));
  if (inForce !== undefined && "part" in inForce.state.stage) yield inForce.state.stage.part;
  const query = { where: { visibleIn: setId }, orderBy: "uploadedTime", descending: true } as const;
  for await (const page of releases.pages(query, 50)) {
    for (const { id, state } of page) {
      if (id !== active?.releaseId && "part" in state.stage) yield state.stage.part;
    }
  }
}
