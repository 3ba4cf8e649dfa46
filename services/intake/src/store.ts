import type { Fingerprint, MediaType, Sealed } from "@ntd/proto/common/v1/common";
import type { Channel, Threat } from "@ntd/proto/intake/v1/report";
import type { Collection, Store } from "@ntd/store";
import type { TargetStatus } from "./reports/status.ts";

/** A report as it was received; it never changes. */
export interface StoredReport {
  schemaVersion: 1;
  /** SPIFFE id of who sent it: the only one who may ask for it. */
  submitter: string;
  /** Tells a repeat of the request from another request under the same id; keyed, for the body holds addresses. */
  requestDigest: string;
  channel: Channel;
  receivedTime: Date;
  targets: StoredTarget[];
  threat?: Threat;
  description?: Sealed;
  language: string;
}

export interface StoredTarget {
  targetId: string;
  address: Sealed;
  observedTime?: Date;
  mediaType: MediaType;
  fingerprints: Fingerprint[];
}

export interface Collections {
  reports: Collection<StoredReport>;
  /** One per target (the id is the target's), whatever reports name it. */
  targetStatus: Collection<TargetStatus>;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    reports: await store.collection<StoredReport>({ name: "reports", fields: {} }),
    targetStatus: await store.collection<TargetStatus>({ name: "target-status", fields: {} }),
  };
}
