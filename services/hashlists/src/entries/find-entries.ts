import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { sourceIdsOf } from "../chunks/chunk-rows.ts";
import { entriesOf } from "../chunks/entry-chunk.ts";
import { ID_BYTES, idTexts, keyOf, wantedIds, wantedIn } from "./entry-id.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Rows } from "./layered-rows.ts";
import { namedFaults } from "./named-faults.ts";
import { NamedRows } from "./named-rows.ts";
import { layersIn } from "../releases/release.ts";
import type { Collections } from "../store.ts";

type Entries = Pick<Collections, "entries" | "prints">;

/** Those of the ids (UUIDs) that a part holds. Reads only the chunks in which they would be. */
export async function idsIn(collections: Entries, part: string, ids: Iterable<string>): Promise<Set<string>> {
  const wanted = wantedIds(ids);
  const found = new Set<string>();
  for await (const { chunk } of rowsWith(collections, [part], wanted.values())) {
    for (const id of wantedIn(chunk.ids, wanted)) found.add(id);
  }
  return found;
}

/** The entries of a release, by its layers, that have these ids, a chunk's at a time. */
export async function* entriesIn(
  collections: Entries,
  layers: readonly string[],
  ids: ReadonlySet<string>,
): AsyncGenerator<Entry[], void, undefined> {
  const wanted = wantedIds(ids);
  for await (const { chunk, only } of rowsWith(collections, layers, ids)) {
    if (wantedIn(chunk.ids, wanted).length === 0) continue;
    const listed = only && new Set(only);
    yield entriesOf(chunk).filter(({ entryId }, i) => ids.has(entryId) && listed?.has(i) !== false);
  }
}

/** Those of the ids that a release lists, by its layers, each with the source id of its line. */
export async function sourcesOf(
  collections: Entries,
  layers: readonly string[],
  ids: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const wanted = wantedIds(ids);
  const sources = new Map<string, string>();
  for await (const { chunk, only } of rowsWith(collections, layers, ids)) {
    if (wantedIn(chunk.ids, wanted).length === 0) continue;
    const listed = only && new Set(only);
    const sourceIds = sourceIdsOf(chunk);
    for (const [i, id] of idTexts(chunk.ids).entries()) {
      if (ids.has(id) && listed?.has(i) !== false) sources.set(id, sourceIds[i] ?? "");
    }
  }
  return sources;
}

async function* rowsWith(
  collections: Entries,
  layers: readonly string[],
  ids: Iterable<string>,
): AsyncGenerator<Rows, void, undefined> {
  const keys = Array.from(ids, keyOf).filter((key) => key.length === ID_BYTES);
  const byBucket = Map.groupBy(keys, (key) => key.charCodeAt(0));
  const named = new NamedRows(collections, layers);
  for (const bucket of [...byBucket.keys()].toSorted((a, b) => a - b)) {
    yield* named.in(bucket, byBucket.get(bucket) ?? []);
  }
}

/** The parts that hold the entries of a set's releases: those of the one in force first, then the newest. */
export async function* partsOf(
  { releases }: Pick<Collections, "releases">,
  { setId, active }: HashSetState,
): AsyncGenerator<string, void, undefined> {
  const inForce = active && (await releases.load(active.releaseId));
  if (inForce !== undefined) yield* (layersIn(inForce.state) ?? []).toReversed();
  const query = { where: { visibleIn: setId }, orderBy: "uploadedTime", descending: true } as const;
  for await (const page of releases.pages(query, 50)) {
    for (const { id, state } of page) {
      if (id !== active?.releaseId && "part" in state.stage) yield state.stage.part;
    }
  }
}

/**
 * Refuses what no release of the set has: what is said of an entry is said of it in whatever release it is.
 *
 * @param entries ids, each with the field that named it.
 * @throws Problem NOT_FOUND naming the first that are no entries.
 */
export async function requireEntries(
  collections: Pick<Collections, "releases" | "entries" | "prints">,
  set: HashSetState,
  entries: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Map(entries);
  for await (const part of partsOf(collections, set)) {
    if (wanted.size === 0) return;
    // Nobody waits any more: the rest of the releases is not searched.
    signal.throwIfAborted();
    for (const id of await idsIn(collections, part, wanted.keys())) wanted.delete(id);
  }
  if (wanted.size === 0) return;
  throw namedFaults([...wanted.values()], "is no entry of this set", "are no entries of this set");
}
