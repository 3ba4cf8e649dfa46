import type { DatabaseSync } from "node:sqlite";
import { decode, encode } from "../codec.ts";
import type { Collection, CollectionSpec, Document, OutboxEvent, StoredEvent } from "../port.ts";
import { MAX_WAITING, outboxFull } from "../outbox-limit.ts";
import { sqliteOutbox } from "./outbox.ts";
import { columnValue, querySql, whereSql } from "./query.ts";
import { createTable } from "./table.ts";
import { inTransaction } from "./transaction.ts";

interface Row {
  id: string;
  version: number;
  state: Uint8Array;
}

/** A collection as one table: id, version, state as BSON, the outbox in the same row, a column for each declared field. */
export function sqliteCollection<S, F extends string>(db: DatabaseSync, spec: CollectionSpec<S, F>): Collection<S, F> {
  const table = `"${spec.name}"`;
  const fields = Object.keys(spec.fields) as F[];
  createTable(db, table, spec);
  const columns = ["id", "version", "state", "last_event", "outbox", ...fields.map((f) => `"f_${f}"`)];
  const insertRow = db.prepare(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")}) ON CONFLICT DO NOTHING`,
  );
  const updateRow = db.prepare(
    `UPDATE ${table} SET ${columns
      .slice(1)
      .map((c) => `${c} = ?`)
      .join(", ")} WHERE id = ? AND version = ?`,
  );
  const selectOutbox = db.prepare(`SELECT last_event, outbox FROM ${table} WHERE id = ?`);
  const removeRow = db.prepare(`DELETE FROM ${table} WHERE id = ?`);
  const outbox = sqliteOutbox(db, table);
  const fieldValues = (state: S) => fields.map((f) => columnValue(spec.fields[f](state)));

  function written(id: string, version: number, state: S, event?: OutboxEvent): Document<S> {
    if (event !== undefined) outbox.appended(id);
    return { id, version, state };
  }
  function insertOne(id: string, state: S, event?: OutboxEvent): boolean {
    const stored = event === undefined ? undefined : { ...event, version: 1 };
    const eventColumns = stored === undefined ? [null, null] : [encode(stored), encode([stored])];
    return insertRow.run(id, 1, encode(state as object), ...eventColumns, ...fieldValues(state)).changes === 1;
  }
  return {
    name: spec.name,
    outbox,
    ...reads<S, F>(db, table),
    async insert(id, state, event) {
      return insertOne(id, state, event) ? written(id, 1, state, event) : undefined;
    },
    async insertMany(documents) {
      return inTransaction(db, () => documents.filter(({ id, state }) => insertOne(id, state)).length);
    },
    async save(document, state, event) {
      const version = document.version + 1;
      const row = selectOutbox.get(document.id) as
        | { last_event: Uint8Array | null; outbox: Uint8Array | null }
        | undefined;
      const waiting = row?.outbox ? decode<StoredEvent[]>(row.outbox) : [];
      if (event !== undefined && waiting.length >= MAX_WAITING) throw outboxFull(document.id);
      const stored = event === undefined ? undefined : { ...event, version };
      const last = stored === undefined ? (row?.last_event ?? null) : encode(stored);
      const queue = stored === undefined ? waiting : [...waiting, stored];
      const outboxColumn = queue.length === 0 ? null : encode(queue);
      const values = [version, encode(state as object), last, outboxColumn, ...fieldValues(state)];
      const done = updateRow.run(...values, document.id, document.version).changes === 1;
      return done ? written(document.id, version, state, event) : undefined;
    },
    async remove(...ids) {
      inTransaction(db, () => ids.forEach((id) => removeRow.run(id)));
    },
  };
}

function reads<S, F extends string>(
  db: DatabaseSync,
  table: string,
): Pick<Collection<S, F>, "load" | "find" | "count"> {
  const select = `SELECT id, version, state FROM ${table}`;
  const selectRow = db.prepare(`${select} WHERE id = ?`);
  return {
    async load(id) {
      const row = selectRow.get(id);
      return row === undefined ? undefined : toDocument<S>(row as unknown as Row);
    },
    async find(query) {
      const { text, values } = querySql(query);
      const rows = db.prepare(`${select} WHERE ${text}`).all(...values);
      return rows.map((row) => toDocument<S>(row as unknown as Row));
    },
    async count(where) {
      const { text, values } = whereSql(where);
      return Number(db.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${text}`).get(...values)?.["n"]);
    },
  };
}

function toDocument<S>({ id, version, state }: Row): Document<S> {
  return { id, version, state: decode<S>(state) };
}
