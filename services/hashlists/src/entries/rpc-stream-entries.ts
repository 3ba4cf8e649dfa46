import type { StreamEntriesRequest, StreamEntriesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import { entriesOf } from "./entry-chunk.ts";
import { loadRelease } from "../releases/load-release.ts";
import { listedRows } from "./layered-rows.ts";
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
    for await (const { chunk, only } of listedRows(deps, layersOf(release.stage))) {
      const all = entriesOf(chunk);
      const entries = only === undefined ? all : only.flatMap((i) => all[i] ?? []);
      count += entries.length;
      for (let at = 0; at < entries.length; at += AT_ONCE) yield { entries: entries.slice(at, at + AT_ONCE) };
    }
    if (count !== release.stage.entryCount) await tellHalf(deps, releaseId);
  };
}
