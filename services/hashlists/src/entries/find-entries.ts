import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { entriesOf, type ChunkState } from "./entry-chunk.ts";
import { wantedIds, wantedIn, type WantedIds } from "./entry-id.ts";
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
  const found = new Set<string>();
  for await (const chunk of chunksWith(collections, part, wanted)) {
    for (const id of wantedIn(chunk.ids, wanted)) found.add(id);
  }
  return found;
}

/** The entries of a part that have these ids, a chunk's at a time. */
export async function* entriesIn(
  collections: Pick<Collections, "entries">,
  part: string,
  ids: ReadonlySet<string>,
): AsyncGenerator<Entry[], void, undefined> {
  const wanted = wantedIds(ids);
  for await (const chunk of chunksWith(collections, part, wanted)) {
    if (wantedIn(chunk.ids, wanted).length > 0) yield entriesOf(chunk).filter(({ entryId }) => ids.has(entryId));
  }
}

async function* chunksWith(
  collections: Pick<Collections, "entries">,
  part: string,
  wanted: WantedIds,
): AsyncGenerator<ChunkState, void, undefined> {
  const buckets = new Set(Array.from(wanted.keys(), (hex) => parseInt(hex.slice(0, 2), 16)));
  for (const bucket of buckets) {
    for await (const page of chunksOf(collections, part, bucket)) {
      const own = page.filter(({ state }) => state.bucket === bucket);
      for (const { state } of own) yield state;
      if (own.length < page.length) break;
    }
  }
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
