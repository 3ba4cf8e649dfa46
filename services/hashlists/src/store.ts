import type { Collection, Store } from "@ntd/store";
import type { AlgorithmName } from "./entry-line.ts";
import type { HashSetState } from "./hash-set.ts";
import { cleanDueAt, isVisible, type ReleaseState } from "./release.ts";

/** An entry of a list. It never changes, and no event tells of it: they are read by the release. */
export interface EntryState {
  schemaVersion: 1;
  part: string;
  line: number;
  algorithm: AlgorithmName;
  value: Uint8Array;
  quality: number;
  scheme: string;
  code: string;
  votes: number;
  sourceId: string;
}

export interface Collections {
  sets: Collection<HashSetState, "createdRequest">;
  releases: Collection<ReleaseState, "visibleIn" | "uploadedTime" | "cleanAt">;
  entries: Collection<EntryState, "part">;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    sets: await store.collection({ name: "sets", fields: { createdRequest: (set) => set.createdRequest } }),
    releases: await store.collection({
      name: "releases",
      fields: {
        visibleIn: (release) => (isVisible(release) ? release.setId : undefined),
        uploadedTime: (release) => release.uploadedTime,
        cleanAt: cleanDueAt,
      },
    }),
    entries: await store.collection({ name: "entries", fields: { part: (entry) => entry.part } }),
  };
}
