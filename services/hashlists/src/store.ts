import { many, type Collection, type Store } from "@ntd/store";
import type { ChunkState } from "./entries/entry-chunk.ts";
import { membersOf } from "./members/members.ts";
import type { HashSetState } from "./sets/hash-set.ts";
import { cleanDueAt, isVisible, takesBackIn, type ReleaseState } from "./releases/release.ts";
import { effectKey, type RevocationState } from "./revocations/revocation.ts";

/** Ids of entries that a revocation takes back, 16 bytes each. It never changes. */
export interface RevokedState {
  schemaVersion: 1;
  part: string;
  ids: Uint8Array;
}

export interface Collections {
  sets: Collection<HashSetState, "createdRequest" | "member">;
  releases: Collection<ReleaseState, "visibleIn" | "uploadedTime" | "cleanAt" | "takesBackIn">;
  /** No event tells of an entry: they are read by the release. */
  entries: Collection<ChunkState, "part">;
  revocations: Collection<RevocationState, "setId" | "requestedTime" | "effective" | "unfinished">;
  revoked: Collection<RevokedState, "part">;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    sets: await store.collection({
      name: "sets",
      fields: {
        createdRequest: (set) => set.createdRequest,
        member: many((set) => membersOf(set).map(({ person }) => person)),
      },
      journaled: () => true,
    }),
    releases: await store.collection({
      name: "releases",
      fields: {
        visibleIn: (release) => (isVisible(release) ? release.setId : undefined),
        uploadedTime: (release) => release.uploadedTime,
        cleanAt: cleanDueAt,
        takesBackIn,
      },
      journaled: ({ stage }) => "tombstones" in stage && (stage.tombstones ?? []).length > 0,
      indexes: [{ fields: ["visibleIn", "uploadedTime"] }],
    }),
    entries: await store.collection({ name: "entries", fields: { part: (chunk) => chunk.part } }),
    revocations: await store.collection({
      name: "revocations",
      fields: {
        setId: (revocation) => revocation.setId,
        requestedTime: (revocation) => revocation.requestedTime,
        effective: ({ setId, stage }) => (stage.name === "effective" ? effectKey(setId, stage.counter) : undefined),
        unfinished: ({ setId, stage }) => (stage.name === "approved" ? setId : undefined),
      },
      indexes: [{ fields: ["setId", "requestedTime"] }],
      journaled: () => true,
    }),
    revoked: await store.collection({ name: "revoked", fields: { part: (some) => some.part }, journaled: () => true }),
  };
}
