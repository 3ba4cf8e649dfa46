import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { derivedId } from "@ntd/service";
import type { Collection, Document, Store } from "@ntd/store";
import { hitMarkOf, markOf, type Row } from "./rows/row.ts";

/** A hash set as its last event told it. */
export interface KnownSet {
  schemaVersion: 1;
  setId: string;
  /** Of the set, as seen last. */
  version: number;
  policy: SetPolicy | undefined;
  activeReleaseId: string;
  entryCount: number;
  counter: number;
  /** The counter with which the release came into force; absent in what earlier releases of this service stored. */
  releaseCounter?: number;
  /** When the release came into force; absent in what earlier releases of this service stored. */
  activatedTime?: Date;
}

export interface Collections {
  /** One for each target and episode. */
  rows: Collection<Row, "mark" | "hitMark">;
  sets: Collection<KnownSet>;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    rows: await store.collection({
      name: "rows",
      fields: { mark: (row: Row) => markOf(row), hitMark: (row: Row) => hitMarkOf(row) },
    }),
    sets: await store.collection({ name: "sets", fields: {} }),
  };
}

export function matchIdOf(targetId: string, episode: number): string {
  return derivedId("match", targetId, episode);
}

export async function allSets({ sets }: Pick<Collections, "sets">): Promise<KnownSet[]> {
  const all: KnownSet[] = [];
  for (let page: Document<KnownSet>[]; ;) {
    const last = all.at(-1);
    page = await sets.find({ ...(last && { after: { id: last.setId } }), limit: 500 });
    all.push(...page.map(({ state }) => state));
    if (page.length < 500) return all;
  }
}
