import type { ReleaseState } from "@ntd/proto/hashlists/v1/hash_list_service";

/** A step on the way of a list into force. */
export type StepName = "upload" | "approve" | "activate";

/** Where hashlists is killed, and what its store has to say of the release afterwards; undefined: nothing yet. */
export interface Phase {
  name: string;
  step: StepName;
  failpoint: string;
  leaves: ReleaseState | undefined;
  /** What is sent as a delta is smaller than a piece that is kept. */
  ofWholeListsAlone?: true;
}

export const PHASES: readonly Phase[] = [
  {
    name: "a piece of the file is kept",
    step: "upload",
    failpoint: "store.saved.staged:1",
    leaves: undefined,
    ofWholeListsAlone: true,
  },
  { name: "its entries are being written", step: "upload", failpoint: "store.saved.entries:1", leaves: undefined },
  { name: "it is compared", step: "upload", failpoint: "hashlists.compared:1", leaves: undefined },
  { name: "it is there", step: "upload", failpoint: "hashlists.uploaded:1", leaves: "RELEASE_STATE_VALIDATED" },
  { name: "it is approved", step: "approve", failpoint: "hashlists.approved:1", leaves: "RELEASE_STATE_APPROVED" },
  {
    name: "it is to be activated",
    step: "activate",
    failpoint: "hashlists.activating:1",
    leaves: "RELEASE_STATE_APPROVED",
  },
  { name: "it is activated", step: "activate", failpoint: "store.saved.sets:1", leaves: "RELEASE_STATE_ACTIVE" },
  {
    name: "its event is published",
    step: "activate",
    failpoint: "bus.published.sets:1",
    leaves: "RELEASE_STATE_ACTIVE",
  },
  {
    name: "its event is noted as published",
    step: "activate",
    failpoint: "store.outbox-removed.sets:1",
    leaves: "RELEASE_STATE_ACTIVE",
  },
];

/** Where matching is killed, once and then perhaps again; it has the old list by then. */
export interface Swap {
  name: string;
  failpoints: readonly string[];
  of: "whole" | "delta" | "both";
}

export const SWAPS: readonly Swap[] = [
  { name: "it hears of it", failpoints: ["bus.received.release:1"], of: "both" },
  { name: "it has noted it", failpoints: ["store.saved.sets:1"], of: "both" },
  { name: "it has said that it did", failpoints: ["bus.acked.release:1"], of: "both" },
  {
    name: "it reads the release, and again when it starts",
    failpoints: ["matching.read-beside:100", "matching.read-first:100"],
    of: "whole",
  },
  {
    name: "it reads what changed, and then all of it when it starts",
    failpoints: ["matching.changes-read:2", "matching.read-first:100"],
    of: "delta",
  },
  // The first time it is the old one, when it starts.
  { name: "it is to swap", failpoints: ["matching.swapping:2"], of: "both" },
  { name: "it has swapped", failpoints: ["matching.swapped:2"], of: "both" },
];
