import type { StreamEntriesRequest, StreamEntriesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import { entriesOf } from "./entry-chunk.ts";
import { loadRelease } from "../releases/load-release.ts";
import { listedRows } from "./layered-rows.ts";
import { layersOf } from "../releases/release.ts";
import type { Collections } from "../store.ts";

/** Entries in a message: some sixteen messages wait for a reader that is slower, as objects. */
const AT_ONCE = 250;

/** All entries of an approved release, some at a time. */
export function streamEntries(collections: Pick<Collections, "releases" | "entries">) {
  return async function* stream({ releaseId }: StreamEntriesRequest): AsyncGenerator<StreamEntriesResponse> {
    const { state: release } = await loadRelease(collections, releaseId);
    if (release.stage.name !== "approved") throw new Problem("WRONG_STATE", "The release is not approved.");
    for await (const { chunk, only } of listedRows(collections, layersOf(release.stage))) {
      const all = entriesOf(chunk);
      const entries = only === undefined ? all : only.flatMap((i) => all[i] ?? []);
      for (let at = 0; at < entries.length; at += AT_ONCE) yield { entries: entries.slice(at, at + AT_ONCE) };
    }
  };
}
