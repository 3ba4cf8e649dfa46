import type { Entry, StreamEntriesRequest, StreamEntriesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import { eachEntry } from "../chunks/entry-chunk.ts";
import { loadRelease } from "../releases/load-release.ts";
import { listedRows, type Rows } from "./layered-rows.ts";
import { layersOf } from "../releases/release.ts";
import { requireWholeInForce, tellHalf } from "../releases/whole.ts";
import type { Deps } from "../deps.ts";

/** Entries in a message: some sixteen messages wait for a reader that is slower. */
const AT_ONCE = 250;

type Needed = Pick<Deps, "releases" | "entries" | "prints" | "findLostSoon">;

/** All entries of an approved release, some at a time; it does not end well where they are other than so many. */
export function streamEntries(deps: Needed) {
  return async function* stream({ releaseId }: StreamEntriesRequest): AsyncGenerator<StreamEntriesResponse> {
    const { state: release } = await loadRelease(deps, releaseId);
    if (release.stage.name !== "approved") throw new Problem("WRONG_STATE", "The release is not approved.");
    await requireWholeInForce(deps, release);
    let count = 0;
    for await (const rows of listedRows(deps, layersOf(release.stage))) {
      for (const message of messagesOf(rows)) {
        count += message.entries.length;
        yield message;
      }
    }
    if (count !== release.stage.entryCount) await tellHalf(deps, releaseId);
  };
}

function* messagesOf({ chunk, only }: Rows): Generator<StreamEntriesResponse, void, undefined> {
  const listed = only && new Set(only);
  let [i, entries]: [number, Entry[]] = [0, []];
  for (const entry of eachEntry(chunk)) {
    if (listed?.has(i++) !== false) entries.push(entry);
    if (entries.length < AT_ONCE) continue;
    yield { entries };
    entries = [];
  }
  if (entries.length > 0) yield { entries };
}
