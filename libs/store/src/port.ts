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

export interface Query<F extends string> {
  where?: Partial<Record<F, Condition>>;
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
 * the state at each write and indexed; `undefined` matches no condition.
 */
export interface CollectionSpec<S, F extends string> {
  name: string;
  fields: { readonly [K in F]: (state: S) => FieldValue | undefined };
}

/**
 * Documents of one kind. Each write is durable when its promise resolves and touches exactly one document: state,
 * version and at most one event appended to the document's outbox.
 *
 * All methods reject with Problem STORE_UNAVAILABLE when the store does not answer.
 */
export interface Collection<S, F extends string = never> {
  readonly name: string;
  load(id: string): Promise<Document<S> | undefined>;
  /** Version 1; resolves to undefined when the id exists already, which is the expected end of a repeat. */
  insert(id: string, state: S, event?: OutboxEvent): Promise<Document<S> | undefined>;
  /** Many at once without events; ids that exist are left as they are. Resolves to the number inserted. */
  insertMany(documents: readonly { id: string; state: S }[]): Promise<number>;
  /** Guarded by the version that was loaded; undefined when somebody else wrote meanwhile: load and decide again. */
  save(document: Document<S>, state: S, event?: OutboxEvent): Promise<Document<S> | undefined>;
  /** All of them in one durable step; ids that are not there are passed over. */
  remove(...ids: readonly string[]): Promise<void>;
  find(query: Query<F>): Promise<Document<S>[]>;
  count(where?: Partial<Record<F, Condition>>): Promise<number>;
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
  /** Appends each document's last event again under a fresh id, unless its outbox holds it still. Number of documents. */
  refill(freshId: () => string): Promise<number>;
  /** Told of each write that appended an event. */
  onAppend(listener: (documentId: string) => void): void;
}

/** A service's own store. */
export interface Store extends AsyncDisposable {
  collection<S, F extends string = never>(spec: CollectionSpec<S, F>): Promise<Collection<S, F>>;
  /** Every collection opened so far: the relay and republishing go through them. */
  readonly collections: readonly Collection<unknown, string>[];
  /** Resolves when the store answers. */
  ping(): Promise<void>;
}
