import type { Entry, StreamEntriesRequest, StreamEntriesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId, Problem } from "@ntd/service";
import type { Cursor } from "@ntd/store";
import { loadRelease } from "./load.ts";
import type { Collections, EntryState } from "./store.ts";

const BATCH = 1000;

/** All entries of an approved release, a thousand at a time. */
export function streamEntries(collections: Pick<Collections, "releases" | "entries">) {
  return async function* stream({ releaseId }: StreamEntriesRequest): AsyncGenerator<StreamEntriesResponse> {
    const { state: release } = await loadRelease(collections, releaseId);
    if (release.stage.name !== "approved") throw new Problem("WRONG_STATE", "The release is not approved.");
    const where = { part: release.stage.part };
    for (let after: Cursor | undefined; ;) {
      const found = await collections.entries.find({ where, ...(after && { after }), limit: BATCH });
      if (found.length > 0) yield { entries: found.map(({ state }) => toEntry(release.setId, state)) };
      const last = found.at(-1);
      if (last === undefined || found.length < BATCH) return;
      after = { id: last.id };
    }
  };
}

// Named for the set and not for the release: the same hash is the same entry in the next release.
function toEntry(setId: string, { algorithm, value, quality, scheme, code, votes }: EntryState): Entry {
  return {
    entryId: derivedId("entry", setId, algorithm, Buffer.from(value).toString("hex")),
    fingerprint: { algorithm: `ALGORITHM_${algorithm}`, value, quality },
    classification: scheme === "" ? undefined : { scheme, version: "", code },
    votes,
  };
}
