import type { EntryServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { RpcClient } from "@ntd/rpc";
import { Problem, startLoop, type Logger, type Loop } from "@ntd/service";
import type { HashIndex } from "./hash-index.ts";
import { LoadedSet } from "./loaded-set.ts";
import { allSets, type Collections, type KnownSet } from "./store.ts";

export interface LoadSets {
  collections: Pick<Collections, "sets">;
  entries: Pick<RpcClient<typeof EntryServiceService>, "streamEntries">;
  index: HashIndex;
  log: Logger;
  /** A set was swapped: rows may be behind now. */
  searchSoon: () => void;
}

/** Keeps the index as the known sets are: what is new is read whole from hashlists, and then swapped in at once. */
export function startLoadingSets({ collections, entries, index, log, searchSoon }: LoadSets): Loop {
  return startLoop("load sets", 1000, log, async (stop) => {
    const failures: unknown[] = [];
    for (const known of await allSets(collections)) {
      if (known.activeReleaseId === "" || known.counter <= index.counterOf(known.setId)) continue;
      try {
        index.put(await loaded(entries, known, stop));
        log.info({ set: known.setId, counter: known.counter, entries: known.entryCount }, "a set was loaded");
        searchSoon();
      } catch (failure) {
        failures.push(failure);
      }
    }
    // Nothing is looked up before all sets are there: "no hit" would be a guess.
    if (failures.length > 0) throw failures[0];
    if (index.ready) return;
    index.becomeReady();
    searchSoon();
  });
}

/** @throws Problem PEER_UNAVAILABLE when not all entries came: half a list would miss, and nobody would know. */
async function loaded(entries: LoadSets["entries"], known: KnownSet, signal: AbortSignal): Promise<LoadedSet> {
  const set = new LoadedSet(known);
  for await (const batch of entries.streamEntries({ releaseId: known.activeReleaseId }, { signal })) {
    for (const entry of batch.entries) set.add(entry);
  }
  if (set.size !== known.entryCount) {
    throw new Problem("PEER_UNAVAILABLE", `${set.size} of ${known.entryCount} entries of a release came.`);
  }
  return set;
}
