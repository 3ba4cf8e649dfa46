import type { Layout } from "../layout.ts";
import type { ColumnKind } from "../port.ts";
import type { Gathered } from "../projection.ts";
import type { Sql, SqlValue } from "./query.ts";
import type { Saved, WrittenRow } from "../thread/rows.ts";

/** A query as text; `mayWalk` when nothing is asked, so that walking an index is no scan. */
export interface AskedSql extends Sql {
  mayWalk: boolean;
}

/** What the store's thread can be asked; states and events come encoded, fields computed. `in` is the collection. */
export interface Asks {
  open: { ask: { layout: Layout }; answer: Missing };
  load: { ask: { in: string; id: string }; answer: FoundRow | undefined };
  find: { ask: AskedSql; answer: FoundRow[] };
  /** The statement's last two values, limit and offset, are the thread's to give. */
  project: { ask: AskedSql & { kinds: ColumnKind[]; limit: number }; answer: { length: number; columns: Gathered[] } };
  number: { ask: AskedSql; answer: number };
  insert: { ask: { in: string; rows: WrittenRow[]; isBulk?: boolean }; answer: number };
  save: { ask: { in: string; row: WrittenRow }; answer: Saved };
  remove: { ask: { in: string; ids: readonly string[] }; answer: undefined };
  touch: { ask: AskedSql; answer: number };
  pending: { ask: { in: string; limit: number }; answer: string[] };
  outbox: { ask: { in: string; id: string }; answer: Uint8Array | undefined };
  taken: { ask: { in: string; id: string; eventIds: readonly string[] }; answer: undefined };
  told: { ask: { in: string; after: string; limit: number }; answer: ToldRow[] };
  refill: { ask: { in: string; rows: RefilledRow[] }; answer: number };
  unfilled: { ask: { in: string; after?: string; ids?: readonly string[] }; answer: FoundRow[] };
  fill: { ask: { in: string; rows: FilledRow[]; after: string }; answer: string[] };
  filled: { ask: { in: string }; answer: undefined };
  index: { ask: { in: string; name: string }; answer: undefined };
  /** The file is kept as it is (see `Freezer`); `settle` prepares for it. */
  settle: { ask: object; answer: undefined };
  freeze: { ask: object; answer: undefined };
  thaw: { ask: object; answer: { isWhole: boolean } };
  optimize: { ask: object; answer: undefined };
  ping: { ask: object; answer: { isFull: boolean } };
  close: { ask: object; answer: undefined };
}

export type Name = keyof Asks;
export type Ask = { [N in Name]: { do: N } & Asks[N]["ask"] }[Name];

export interface FoundRow {
  id: string;
  version: number;
  state: Uint8Array;
}

/** A document's last event; idle when none waits in its outbox. */
export interface ToldRow {
  id: string;
  last: Uint8Array;
  isIdle: number;
  /** How much its version rose without a write. */
  raised: number;
}

export interface RefilledRow {
  id: string;
  /** Unless another came meanwhile. */
  last: Uint8Array;
  outbox: Uint8Array;
}

export interface FilledRow {
  id: string;
  version: number;
  values: (SqlValue | null)[];
}

/** What a collection lacks when it is opened: columns to fill (behind this id), indexes to make. */
export interface Missing {
  columns: string[];
  after: string;
  indexes: string[];
}

/** Asks of one turn, in order. */
export interface Batch {
  asks: { n: number; ask: Ask }[];
}

export interface Answer {
  n: number;
  value?: unknown;
  error?: ThreadError;
}

/** An error as it crosses to another thread. */
export interface ThreadError {
  message: string;
  code?: string | undefined;
  errcode?: number | undefined;
}
