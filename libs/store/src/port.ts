/** What a service may keep: plain data. Dates, byte arrays and nested objects survive as they are; undefined is dropped. */
export interface Document<S> {
  readonly id: string;
  /** Raised by one at each write; the guard of the next one. */
  readonly version: number;
  readonly state: S;
}

/** An event to be written together with the state that it tells of. */
export interface OutboxEvent {
  /** Also the `Nats-Msg-Id`. */
  readonly id: string;
  readonly subject: string;
  /** The aggregate's id. */
  readonly aggregateId: string;
  readonly time: Date;
  readonly data: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** An event as the outbox holds it: with the version of the aggregate after the write. */
export interface StoredEvent extends OutboxEvent {
  readonly version: number;
}

export type FieldValue = string | number | boolean | Date;

/** Equality, one of several, or a range (bounds may be combined). */
export type Condition =
  | FieldValue
  | { in: readonly FieldValue[] }
  | { gte?: FieldValue; gt?: FieldValue; lte?: FieldValue; lt?: FieldValue };

export type Where<F extends string> = Partial<Record<F, Condition>>;

export interface Query<F extends string> {
  where?: Where<F>;
  /** A declared field; ties and the default are ordered by id. */
  orderBy?: F;
  descending?: boolean;
  /** Continues behind this document of the same order: its `cursor`. */
  after?: Cursor;
  limit: number;
}

/** Where a page ended: the ordered field's value (absent when ordered by id) and the id. */
export interface Cursor {
  value?: FieldValue;
  id: string;
}

/**
 * A collection's shape: its name and the declared fields, the only ones that can be asked for. A field is computed from
 * the state at each write and indexed; `undefined` matches no condition. `many(…)` makes a field of several values.
 */
export interface CollectionSpec<S, F extends string, C extends string = never> {
  name: string;
  fields: { readonly [K in F]: ((state: S) => FieldValue | undefined) | Many<S> };
  /** Computed from the state at each write like a field, but never asked for: only `project` reads them. */
  columns?: { readonly [K in C]: (state: S) => ColumnValue | undefined };
  /**
   * States that protect or take back: they stand in the store's journal, if it has one, before they are written, and so
   * does every later state of such a document.
   */
  journaled?: (state: S) => boolean;
  /** Compound indexes. Each single-valued field has one of its own, unless a compound index begins with it. */
  indexes?: readonly Index<NoInfer<F>, NoInfer<F | C>>[];
}

/**
 * Fields that are asked together: those compared with one value (or `in`) first, then the one that orders or bounds. The
 * id stands behind them, so that ties are in order. `covers` is kept beside it: a `project` of what an index holds
 * never touches the documents.
 */
export interface Index<F extends string, C extends string> {
  readonly fields: readonly F[];
  readonly covers?: readonly C[];
}

/** A field of several values: a condition (one value, or `in`) matches when one of them does. It orders nothing. */
export interface Many<S> {
  readonly many: (state: S) => readonly FieldValue[];
}

export function many<S>(values: (state: S) => readonly FieldValue[]): Many<S> {
  return { many: values };
}

export type ColumnValue = FieldValue | Uint8Array;

/** At most 10,000 are counted. */
export interface Count {
  readonly count: number;
  /** There are more than `count`. */
  readonly isMore: boolean;
}

/** How a column is read: numbers, dates (milliseconds) and booleans (0, 1) as `number`. */
export type ColumnKind = "number" | "text" | "bytes";

/** What `project` can read of a document without decoding its state. */
export type Readable<F extends string, C extends string> = F | C | "id" | "version";

/** One entry per document, in order. What a document does not have is NaN, "" or no bytes. */
export interface Columns {
  number: Float64Array;
  text: string[];
  bytes: BytesColumn;
}

export interface BytesColumn {
  readonly length: number;
  /** A view, not a copy. */
  at(index: number): Uint8Array;
}

export type Projection<K extends string, A extends { readonly [N in K]?: ColumnKind }> = {
  /** Number of documents. */
  readonly length: number;
  readonly columns: { readonly [N in keyof A]: Columns[A[N] & ColumnKind] };
};

/**
 * Documents of one kind. Each write is durable when its promise resolves and touches exactly one document: state,
 * version and at most one event appended to the document's outbox.
 *
 * All methods reject with Problem STORE_UNAVAILABLE when the store does not answer, writes with STORE_FULL when its disk
 * is full: both may be tried again.
 */
export interface Collection<S, F extends string = never, C extends string = never> {
  readonly name: string;
  load(id: string): Promise<Document<S> | undefined>;
  /** Version 1; resolves to undefined when the id exists already, which is the expected end of a repeat. */
  insert(id: string, state: S, event?: OutboxEvent): Promise<Document<S> | undefined>;
  /**
   * Many at once without events; ids that exist are left as they are. Resolves to the number inserted. With `isBulk` (an
   * upload) it is refused with STORE_FULL while the disk has room left for small writes.
   */
  insertMany(documents: readonly { id: string; state: S }[], options?: { isBulk?: boolean }): Promise<number>;
  /** Guarded by the version that was loaded; undefined when somebody else wrote meanwhile: load and decide again. */
  save(document: Document<S>, state: S, event?: OutboxEvent): Promise<Document<S> | undefined>;
  /** All of them in one durable step; ids that are not there are passed over. */
  remove(...ids: readonly string[]): Promise<void>;
  /**
   * Raises the version of every document that matches, in one statement, without decoding a state and without an event:
   * whoever loaded one of them before and saves it now is refused, and decides again. Resolves to their number. On
   * MongoDB each document changes at once, all of them not at one moment: write what they must see first.
   */
  touch(where: Where<F>): Promise<number>;
  find(query: Query<F>): Promise<Document<S>[]>;
  /**
   * All that match, `size` at a time, each page at the same cost. A document that changes place meanwhile may be seen
   * twice or not at all; no other one is.
   */
  pages(query: Omit<Query<F>, "limit">, size: number): AsyncIterable<Document<S>[]>;
  /**
   * Reads declared fields and columns, the id and the version of what matches, without decoding a state: a million
   * documents are a few arrays. Without `limit` all of them; the store answers nobody else meanwhile.
   */
  project<const A extends { readonly [K in Readable<F, C>]?: ColumnKind }>(
    query: Omit<Query<F>, "limit"> & { limit?: number },
    columns: A,
  ): Promise<Projection<Readable<F, C>, A>>;
  /** Stops at 10,000 and says so. */
  count(where?: Where<F>): Promise<Count>;
  readonly outbox: Outbox;
}

/** The events of a collection that have not left yet. */
export interface Outbox {
  /** Ids of documents with events to send. */
  pending(limit: number): Promise<string[]>;
  /** The events of one document, oldest first. */
  read(documentId: string): Promise<StoredEvent[]>;
  /** Takes out acknowledged events without touching the version. */
  removeEvents(documentId: string, eventIds: readonly string[]): Promise<void>;
  /**
   * One slice of sending everything again: appends the last event of each of the next `limit` documents, ordered by id
   * after `after` ("" at first), under a fresh id, unless its outbox holds events still. `next` is where the following
   * slice goes on, absent at the end.
   */
  refill(after: string, limit: number, freshId: () => string): Promise<{ filled: number; next?: string }>;
  /** Told of each write that appended an event. */
  onAppend(listener: (documentId: string) => void): void;
}

/** A store as it was at one moment, and the hold on its writes that made the moment. */
export interface Snapshot extends AsyncDisposable {
  /** Lets writes go on; false when they went on before, since the lease had ended. */
  release(): boolean;
  /**
   * What the store held at that moment, as the bytes of a SQLite file, while writes go on. Read once; it rejects with
   * STORE_FULL at the end when the disk was full meanwhile: what was read is then worth nothing.
   */
  bytes(): AsyncIterable<Uint8Array>;
}

/** A service's own store. */
export interface Store extends AsyncDisposable {
  collection<S, F extends string = never, C extends string = never>(
    spec: CollectionSpec<S, F, C>,
  ): Promise<Collection<S, F, C>>;
  /** Every collection opened so far: the relay and republishing go through them. */
  readonly collections: readonly Collection<unknown, string>[];
  /**
   * Collections to which a field, a column or an index is being added in the background, as happens after an upgrade. A
   * query that needs it waits until it is there: nothing is missing in its answer, and no timer is lost.
   */
  readonly filling: readonly string[];
  /** Resolves when nothing is being filled any more. */
  filled(): Promise<void>;
  /**
   * Holds every write, until the snapshot releases it or `leaseMs` have passed. Nothing that is answered before is missing
   * in the snapshot, nothing that is answered later is in it. Disposing gives everything back.
   *
   * @throws Problem WRONG_STATE while there is a snapshot already, STORE_COPIED_ELSEWHERE on MongoDB.
   */
  hold(leaseMs: number): Promise<Snapshot>;
  /** Resolves when the store answers, and looks whether `isFull` still holds. */
  ping(): Promise<void>;
  /** Writes are refused with STORE_FULL, as far as the last `ping` knows. It ends by itself once there is room. */
  readonly isFull: boolean;
  /** How much of the journal could not be read when it was opened: what protects may be missing in it. */
  readonly damagedJournalBytes: number;
  /** How much room it takes and has, as it knows it already: nothing is counted. */
  size(): Promise<StoreSize>;
}

export interface StoreSize {
  readonly kind: "sqlite" | "mongo";
  readonly bytes: number;
  /** Of the disk that it lies on; undefined where the store does not tell. */
  readonly freeBytes: number | undefined;
}
