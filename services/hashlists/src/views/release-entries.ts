import { setImmediate } from "node:timers/promises";
import type { ListedEntry } from "@ntd/proto/hashlists/v1/set_view_service";
import { Problem } from "@ntd/service";
import { onlyRows, sourceIdsOf } from "../chunks/chunk-rows.ts";
import { entriesOf, linesOf, type ChunkState } from "../chunks/entry-chunk.ts";
import { placeOfKey } from "../entries/entry-id.ts";
import { listedRows } from "../entries/layered-rows.ts";
import { NamedRows } from "../entries/named-rows.ts";
import { loadRelease } from "../releases/load-release.ts";
import { layersIn, type ReleaseState } from "../releases/release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";

/** A release whose entries can be looked at. */
export interface Viewed {
  releaseId: string;
  /** Its parts, the oldest first, and how many rows each of them has. */
  layers: readonly string[];
  rows: readonly number[];
  entryCount: number;
  uploadedTime: Date;
}

/**
 * A release of a set, or the one in force where none is named.
 *
 * @throws Problem NOT_FOUND for one of another set too, WRONG_STATE for one without entries.
 */
export async function loadViewed(
  collections: Pick<Collections, "releases">,
  set: HashSetState,
  named: string,
): Promise<Viewed> {
  const releaseId = named || set.active?.releaseId;
  if (releaseId === undefined) throw new Problem("WRONG_STATE", "Nothing is in force in this set; name a release.");
  const { state } = await loadRelease(collections, releaseId);
  if (state.setId !== set.setId) throw new Problem("NOT_FOUND", "This set has no such release.");
  const layers = layersIn(state);
  if (layers === undefined) throw new Problem("WRONG_STATE", `A release that is ${state.stage.name} has no entries.`);
  const entryCount = "entryCount" in state.stage ? state.stage.entryCount : 0;
  return { releaseId, layers, rows: rowsIn(state), entryCount, uploadedTime: state.uploadedTime };
}

function rowsIn({ stage }: ReleaseState): number[] {
  if (!("part" in stage && "entryCount" in stage)) return [];
  const { below = [], entryCount, rows = entryCount } = stage;
  return [...below.map((layer) => layer.rows), rows];
}

/** Some entries of a release, and where they stand in it. */
export interface Slice {
  /** What follows is asked for behind it. */
  key: string;
  chunk: ChunkState;
}

/** Slices that are read at once. */
const READ_AT_ONCE = 4;

/** The entries of a release behind a slice of it, in the order in which they are stored. It never changes. */
export async function* slicesOf(
  collections: Pick<Collections, "entries">,
  { layers }: Pick<Viewed, "layers">,
  after = "",
): AsyncGenerator<Slice, void, undefined> {
  const [part = ""] = layers;
  if (layers.length > 1) yield* layeredSlices(collections, layers, after);
  else {
    const from = after === "" ? {} : { after: { id: `${part}.${after}` } };
    for await (const page of collections.entries.pages({ where: { part }, ...from }, READ_AT_ONCE)) {
      for (const { id, state } of page) yield { key: id.slice(part.length + 1), chunk: state };
      await setImmediate();
    }
  }
}

/** What is none, as who asks may make one up, is the beginning: a bucket far below the first is looked for long. */
const PLACE = /^[0-9a-f]{1,2}\.[0-9a-f]{1,8}$/;

// Where it stands is told by its bucket, which is read from its beginning again, and how many stood there before.
async function* layeredSlices(collections: Pick<Collections, "entries">, layers: readonly string[], after: string) {
  const [first = 0, passed = -1] =
    PLACE.exec(after)?.[0]
      .split(".")
      .map((text) => parseInt(text, 16)) ?? [];
  let [bucket, nth] = [first, 0];
  for await (const rows of listedRows(collections, layers, first)) {
    if (rows.chunk.bucket !== bucket) [bucket, nth] = [rows.chunk.bucket, 0];
    const at = nth++;
    if (bucket === first && at <= passed) continue;
    yield { key: `${bucket.toString(16)}.${at.toString(16)}`, chunk: onlyRows(rows) };
  }
}

/** Where a release has entries, by their keys. Reads only the chunks in which they would be. */
export async function placesOf(
  collections: Pick<Collections, "entries" | "prints">,
  { layers }: Pick<Viewed, "layers">,
  keys: ReadonlySet<string>,
): Promise<Map<string, { chunk: ChunkState; i: number }>> {
  const found = new Map<string, { chunk: ChunkState; i: number }>();
  const byBucket = Map.groupBy(keys, (key) => key.charCodeAt(0));
  const named = new NamedRows(collections, layers);
  for (const [bucket, own] of [...byBucket].toSorted(([a], [b]) => a - b)) {
    for await (const { chunk, only } of named.in(bucket, own)) {
      for (const key of own) {
        const i = placeOfKey(chunk.ids, key);
        if (i >= 0 && only?.includes(i) !== false) found.set(key, { chunk, i });
      }
    }
  }
  return found;
}

/** The entries of a chunk as they are shown, by their places. */
export function listedOf(chunk: ChunkState): (i: number, isRevoked: boolean) => ListedEntry | undefined {
  const entries = entriesOf(chunk);
  const [sourceIds, lineOf] = [sourceIdsOf(chunk), linesOf(chunk)];
  return (i, isRevoked) => {
    const entry = entries[i];
    const state = isRevoked ? "ENTRY_STATE_REVOKED" : "ENTRY_STATE_ACTIVE";
    return entry && { entry, state, sourceId: sourceIds[i] ?? "", line: lineOf(i) };
  };
}
