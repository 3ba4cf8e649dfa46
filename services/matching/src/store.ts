import type { CheckTerms, SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { many, type Collection, type CollectionSpec, type Store } from "@ntd/store";
import { touchedTime, type CheckHoldState } from "./checks/check-hold.ts";
import type { CheckUse } from "./checks/check-use.ts";
import { isListed, type DerivedOf } from "./derived/derived.ts";
import { matchIdOf } from "./ids.ts";
import type { AsideState } from "./rows/aside.ts";
import { likenessColumn } from "./resemblance/likeness-column.ts";
import { lookupColumn } from "./rows/lookup-column.ts";
import { rangeOf, type RangeState } from "./rows/range.ts";
import { entryIdsOf, type Row } from "./rows/row.ts";

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
  /** The counters with which entries were given back last, and with which the set was retired; absent: never. */
  restoredCounter?: number;
  retiredCounter?: number;
  /** When the release came into force; absent in what earlier releases of this service stored. */
  activatedTime?: Date;
  /** What industry may ask of it; absent: nothing. */
  check?: CheckTerms | undefined;
}

export interface Collections {
  /** One for each target and episode. */
  rows: Collection<Row, RowField, RowColumn>;
  /** One for each range of rows, by its digit. */
  ranges: Collection<RangeState>;
  /** Rows that could not be searched or told of, by their ids; those still to be tried again have a `dueAt`. */
  aside: Collection<AsideState, "dueAt">;
  sets: Collection<KnownSet>;
  /** Of targets whose pictures a person decided illegal, by their ids. */
  derived: Collection<DerivedOf, "counter" | "isListed">;
  /** What each platform asked, by day. */
  checkUses: Collection<CheckUse, "day" | "alarmedDay">;
  /** Whose checks wait for an operator, or did, by their identities. */
  checkHolds: Collection<CheckHoldState, "touchedTime" | "heldTime">;
  /** One: by what different hashes are counted. */
  checkSalts: Collection<CheckSalt>;
}

export interface CheckSalt {
  schemaVersion: 1;
  salt: Uint8Array;
}

export type RowField = "range" | "pendingIn" | "untoldIn" | "entryIds" | "contentTime" | "itemEmptySince";
type RowColumn = "lookup" | "likeness";

/** The shape of the rows: what is asked of them, and what is read of many without their states. */
export const rowsSpec: CollectionSpec<Row, RowField, RowColumn> = {
  name: "rows",
  fields: {
    range: (row) => rangeOf(idOf(row)),
    pendingIn: (row) => (row.pending ? rangeOf(idOf(row)) : undefined),
    untoldIn: (row) => (row.shownOn?.untold === true ? rangeOf(idOf(row)) : undefined),
    entryIds: many(entryIdsOf),
    // Those of release 0.2 came before all others.
    contentTime: ({ contentTime = BEFORE }) => contentTime,
    itemEmptySince: ({ shownOn }) => shownOn?.emptySince,
  },
  columns: { lookup: lookupColumn, likeness: likenessColumn },
  indexes: [
    { fields: ["range"], covers: ["lookup"] },
    { fields: ["contentTime"], covers: ["likeness"] },
  ],
};

const BEFORE = new Date(0);

export async function openCollections(store: Store): Promise<Collections> {
  return {
    rows: await store.collection(rowsSpec),
    ranges: await store.collection({ name: "ranges", fields: {} }),
    aside: await store.collection({ name: "aside", fields: { dueAt: ({ dueAt }: AsideState) => dueAt } }),
    sets: await store.collection({ name: "sets", fields: {} }),
    checkUses: await store.collection({
      name: "check_uses",
      fields: {
        day: ({ day }: CheckUse) => day,
        alarmedDay: ({ day, alarms }: CheckUse) => (alarms.length > 0 ? day : undefined),
      },
    }),
    checkHolds: await store.collection({
      name: "check_holds",
      fields: { touchedTime, heldTime: ({ held }: CheckHoldState) => held?.since },
    }),
    checkSalts: await store.collection({ name: "check_salts", fields: {} }),
    derived: await store.collection<DerivedOf, "counter" | "isListed">({
      name: "derived",
      fields: {
        // What has none yet is newer than all that has.
        counter: ({ counter = Number.MAX_SAFE_INTEGER }) => counter,
        isListed: (state) => isListed(state) || undefined,
      },
    }),
  };
}

function idOf({ targetId, episode }: Row): string {
  return matchIdOf(targetId, episode);
}

export async function allSets({ sets }: Pick<Collections, "sets">): Promise<KnownSet[]> {
  const all: KnownSet[] = [];
  for await (const page of sets.pages({}, 500)) all.push(...page.map(({ state }) => state));
  return all;
}

/** Nothing of the set is in force: it is retired, or a restore lost what was. It is as a list in which nothing is left. */
export function isEmpty({ activeReleaseId }: Pick<KnownSet, "activeReleaseId">): boolean {
  return activeReleaseId === "";
}

/** Nothing of the set will be in force any more; its entries are still asked for when one is taken back. */
export function isRetired({ retiredCounter }: Pick<KnownSet, "retiredCounter">): boolean {
  return retiredCounter !== undefined;
}
