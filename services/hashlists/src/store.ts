import { many, type Collection, type Store } from "@ntd/store";
import type { ChunkState } from "./chunks/entry-chunk.ts";
import type { PrintsState } from "./entries/prints.ts";
import { openOpinions, type OpinionCollections } from "./opinions/store-opinions.ts";
import { membersOf } from "./members/members.ts";
import { isUnassessed, unassessed } from "./impact/unassessed.ts";
import { counterKey } from "./sets/counter-key.ts";
import { expiryDueAt } from "./sets/expiry.ts";
import { openProposals, type ProposalCollections } from "./proposals/store-proposals.ts";
import type { HashSetState } from "./sets/hash-set.ts";
import type { ExportState } from "./exports/export.ts";
import { decidedTime, firstApprovedTime, lateRefusedTime } from "./releases/release-times.ts";
import { cleanDueAt } from "./releases/release-cleaning.ts";
import { isVisible, takesBackIn, type ReleaseState } from "./releases/release.ts";
import type { RefusedState } from "./uploads/refused-rows.ts";
import type { StagedState } from "./uploads/staged-bytes.ts";
import type { PackedStepsState } from "./revoked/packed-steps.ts";
import { approvalOf, type RevocationState } from "./revocations/revocation.ts";
import type { TakenAlone } from "./revocations/taken-alone.ts";
import type { AloneState } from "./sets/alone.ts";
import type { ReadState } from "./history/entries-read.ts";

/** Ids of entries that a revocation takes back, 16 bytes each. It never changes. */
export interface RevokedState {
  schemaVersion: 1;
  part: string;
  ids: Uint8Array;
}

export interface Collections extends OpinionCollections, ProposalCollections {
  sets: Collection<HashSetState, "createdRequest" | "member" | "unassessed" | "expiryDueAt">;
  releases: Collection<
    ReleaseState,
    | "visibleIn"
    | "uploadedTime"
    | "firstApprovedTime"
    | "decidedTime"
    | "lateRefusedTime"
    | "cleanAt"
    | "takesBackIn"
    | "stagedBy"
  >;
  /** No event tells of an entry: they are read by the release. */
  entries: Collection<ChunkState, "part">;
  /** Of each chunk of entries, under its id, what says which ids it may have. */
  prints: Collection<PrintsState, "part">;
  revocations: Collection<
    RevocationState,
    "setId" | "requestedTime" | "approvedTime" | "effectiveTime" | "effective" | "unfinished" | "unassessed"
  >;
  revoked: Collection<RevokedState, "part">;
  /** By the person's id, see `aloneIdOf`. */
  takenAlone: Collection<AloneState<TakenAlone>>;
  /** What took effect of the revocations, many in one: it is made of them, and they stand where it does not. */
  packedSteps: Collection<PackedStepsState, "through">;
  exports: Collection<ExportState, "setId" | "time">;
  reads: Collection<ReadState, "setId" | "time">;
  /** Uploads that are not over, as they came. */
  staged: Collection<StagedState, "part">;
  refused: Collection<RefusedState, "part">;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    ...(await openOpinions(store)),
    ...(await openProposals(store)),
    sets: await store.collection({
      name: "sets",
      fields: {
        createdRequest: (set) => set.createdRequest,
        member: many((set) => membersOf(set).map(({ person }) => person)),
        unassessed: (set) => unassessed(set).length > 0 || undefined,
        expiryDueAt,
      },
      journaled: () => true,
    }),
    ...(await openReleases(store)),
    entries: await store.collection({ name: "entries", fields: { part: (chunk) => chunk.part } }),
    prints: await store.collection({ name: "prints", fields: { part: (prints) => prints.part } }),
    revocations: await store.collection({
      name: "revocations",
      fields: {
        setId: (revocation) => revocation.setId,
        requestedTime: (revocation) => revocation.requestedTime,
        // Or withdrawn: what a second person said of it, or the first one.
        approvedTime: ({ stage }) => (stage.name === "withdrawn" ? stage.time : approvalOf(stage)?.time),
        effectiveTime: ({ stage }) => (stage.name === "effective" ? stage.time : undefined),
        effective: ({ setId, stage }) => (stage.name === "effective" ? counterKey(setId, stage.counter) : undefined),
        unassessed: (revocation) => isUnassessed(revocation) || undefined,
        unfinished: ({ setId, stage }) => (stage.name === "approved" ? setId : undefined),
      },
      indexes: [
        { fields: ["setId", "requestedTime"] },
        { fields: ["setId", "approvedTime"] },
        { fields: ["setId", "effectiveTime"] },
      ],
      journaled: () => true,
    }),
    revoked: await store.collection({ name: "revoked", fields: { part: (some) => some.part }, journaled: () => true }),
    ...(await openOthers(store)),
  };
}

async function openReleases(store: Store): Promise<Pick<Collections, "releases">> {
  const releases = await store.collection({
    name: "releases",
    fields: {
      visibleIn: (release) => (isVisible(release) ? release.setId : undefined),
      uploadedTime: (release) => release.uploadedTime,
      firstApprovedTime,
      decidedTime,
      lateRefusedTime,
      cleanAt: cleanDueAt,
      takesBackIn,
      stagedBy: ({ stage, staged, uploadedBy }) =>
        stage.name === "abandoned" && staged !== undefined ? uploadedBy : undefined,
    },
    journaled: ({ stage }) => "tombstones" in stage && (stage.tombstones ?? []).length > 0,
    indexes: [
      { fields: ["visibleIn", "uploadedTime"] },
      { fields: ["visibleIn", "firstApprovedTime"] },
      { fields: ["visibleIn", "decidedTime"] },
      { fields: ["visibleIn", "lateRefusedTime"] },
      { fields: ["stagedBy"] },
      { fields: ["stagedBy", "uploadedTime"] },
    ],
  });
  return { releases };
}

async function openOthers(
  store: Store,
): Promise<Pick<Collections, "takenAlone" | "packedSteps" | "exports" | "reads" | "staged" | "refused">> {
  return {
    // A restore leaves nobody a second share of a day.
    takenAlone: await store.collection({ name: "taken-alone", fields: {}, journaled: () => true }),
    packedSteps: await store.collection({
      name: "packedSteps",
      fields: { through: ({ setId, through }) => counterKey(setId, through) },
    }),
    exports: await store.collection({
      name: "exports",
      fields: { setId: ({ setId }) => setId, time: ({ time }) => time },
      indexes: [{ fields: ["setId", "time"] }],
    }),
    reads: await store.collection({
      name: "reads",
      fields: { setId: ({ setId }) => setId, time: ({ time }) => time },
      indexes: [{ fields: ["setId", "time"] }],
    }),
    staged: await store.collection({ name: "staged", fields: { part: (some) => some.part } }),
    refused: await store.collection({ name: "refused", fields: { part: (some) => some.part } }),
  };
}
