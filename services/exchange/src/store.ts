import { openRestored, type RestoredMark } from "@ntd/host";
import { many, type Collection, type Store } from "@ntd/store";
import type { ConnectorState } from "./connectors/connector.ts";
import { endedAt, standingOf, type FeedbackState } from "./feedback/feedback.ts";
import type { ReasonsState } from "./feedback/known-reasons.ts";
import type { OutletState } from "./feedback/outlet.ts";
import { standingKey } from "./feedback/standing-key.ts";
import { hashKey, rangeKey } from "./mirror/delta-lines.ts";
import type { ListedState } from "./mirror/listed.ts";

/** A page as it came, packed: what is uploaded is the same however often it is begun. */
export interface PageState {
  schemaVersion: 1;
  connectorId: string;
  bytes: Uint8Array;
}

export interface Collections {
  connectors: Collection<ConnectorState, "dueAt">;
  pages: Collection<PageState, "connectorId">;
  listed: Collection<ListedState, "hash" | "range" | "gone">;
  feedback: Collection<FeedbackState, "connector" | "standing" | "waiting" | "dueAt" | "given" | "ended">;
  outlets: Collection<OutletState>;
  reasons: Collection<ReasonsState>;
  restored: RestoredMark;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    connectors: await store.collection({ name: "connectors", fields: { dueAt: ({ dueAt }) => dueAt } }),
    pages: await store.collection({ name: "pages", fields: { connectorId: ({ connectorId }) => connectorId } }),
    listed: await store.collection({
      name: "listed",
      fields: {
        hash: many(({ connectorId, hashes }) => hashes.map((hash) => hashKey(connectorId, hash))),
        range: ({ connectorId, range }) => rangeKey(connectorId, range),
        gone: ({ connectorId, hashes }) => (hashes.length === 0 ? connectorId : undefined),
      },
    }),
    feedback: await store.collection({
      name: "feedback",
      fields: {
        connector: ({ connectorId }) => connectorId,
        standing: (state) => standingKey(state.connectorId, standingOf(state)),
        waiting: (state) => (standingOf(state) === "WAITING" ? state.connectorId : undefined),
        dueAt: ({ dueAt }) => dueAt,
        given: ({ given }) => given,
        ended: (state) => endedAt(state),
      },
      indexes: [
        { fields: ["waiting", "dueAt"] },
        { fields: ["connector", "given"] },
        { fields: ["standing", "given"] },
      ],
    }),
    outlets: await store.collection({ name: "outlets", fields: {} }),
    reasons: await store.collection({ name: "reasons", fields: {} }),
    restored: await openRestored(store),
  };
}
