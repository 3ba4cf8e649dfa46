import { sourceIdsOf } from "../chunks/chunk-rows.ts";
import { ID_BYTES, idTexts } from "../entries/entry-id.ts";
import { sourcesOf } from "../entries/find-entries.ts";
import { listedRows, placesIn } from "../entries/layered-rows.ts";
import { layersIn, type ReleaseState } from "../releases/release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";

type Needed = Pick<Collections, "releases" | "entries" | "prints">;

interface Looked {
  /** The list that tells which entries are of one file: what is in it may be other entries than in the next. */
  releaseId: string;
  /** Ids of entries of the same files, without those that were named. */
  ids: string[];
}

/**
 * Which other entries of a set are of the same files as these: by their source ids in the release in force, or in the
 * newest where none is. Nothing finds them by that: the whole list is read, seconds for ten million.
 *
 * @param limits most: entries of the list; undefined of a longer one.
 */
export async function ofSameFiles(
  collections: Needed,
  set: HashSetState,
  named: ReadonlySet<string>,
  { most = Infinity, signal }: { most?: number; signal: AbortSignal },
): Promise<Looked | undefined> {
  const release = await lookedThrough(collections, set);
  const layers = release && layersIn(release);
  if (release === undefined || layers === undefined) return { releaseId: "", ids: [] };
  const looked: Looked = { releaseId: release.releaseId, ids: [] };
  const sources = new Set((await sourcesOf(collections, layers, named)).values());
  sources.delete("");
  if (sources.size === 0) return looked;
  if ("entryCount" in release.stage && release.stage.entryCount > most) return undefined;
  for await (const rows of listedRows(collections, layers)) {
    // Nobody waits any more: the rest is not searched.
    signal.throwIfAborted();
    const sourceIds = sourceIdsOf(rows.chunk);
    for (const i of placesIn(rows)) {
      if (!sources.has(sourceIds[i] ?? "")) continue;
      const [id = ""] = idTexts(rows.chunk.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES));
      if (!named.has(id)) looked.ids.push(id);
    }
  }
  return looked;
}

async function lookedThrough({ releases }: Needed, { setId, active }: HashSetState): Promise<ReleaseState | undefined> {
  if (active !== undefined) return (await releases.load(active.releaseId))?.state;
  const newest = { where: { visibleIn: setId }, orderBy: "uploadedTime", descending: true, limit: 50 } as const;
  return (await releases.find(newest)).find(({ state }) => layersIn(state) !== undefined)?.state;
}
