import type { DatabaseSync, StatementSync } from "node:sqlite";
import { decode, encode } from "../codec.ts";
import type { Layout } from "../layout.ts";
import { MAX_WAITING } from "../max-waiting.ts";
import type { StoredEvent } from "../port.ts";
import type { FilledRow, FoundRow } from "../sqlite/messages.ts";
import { sideTable, touchedTable, versionSql, type SqlValue } from "../sqlite/query.ts";
import { valueColumns } from "./table.ts";

/** A document as it is written: encoded, its fields computed. */
export interface WrittenRow {
  id: string;
  version: number;
  state: Uint8Array;
  /** The event as it is stored, encoded. */
  event?: Uint8Array | undefined;
  /** In the order of `valueColumns`. */
  values: (SqlValue | null)[];
}

/** How many events wait in the outbox after a save. */
export type Saved = { waiting: number } | "refused" | "full";

/** The rows of a collection's table: what is done to one document, each call at once or not at all. */
export function tableRows(db: DatabaseSync, layout: Layout) {
  const { insertRow, updateRow, removeRow, fillRow, untouchRow, stored, select } = statements(db, layout);
  const untouch = (id: string, found: StoredRow | undefined) => {
    if (found !== undefined && found.written !== found.version) untouchRow.run(id);
  };
  const sides = layout.many.map((field, i) => sideOf(db, layout, field, i));

  return {
    insert({ id, version, state, event, values }: WrittenRow): boolean {
      const outbox = event === undefined ? null : encode([decode<StoredEvent>(event)]);
      if (insertRow.run(id, version, state, event ?? null, outbox, ...values).changes === 0) return false;
      for (const side of sides) side.change(id, undefined, values);
      return true;
    },
    /** `row.version` is the new one; the row must still have the one before. */
    save({ id, version, state, event, values }: WrittenRow): Saved {
      const found = stored.get(id) as StoredRow | undefined;
      if (found === undefined || found.version !== version - 1) return "refused";
      let outbox = found.outbox;
      let waiting = 0;
      if (event !== undefined) {
        const before = outbox === null ? [] : decode<StoredEvent[]>(outbox);
        if (before.length >= MAX_WAITING) return "full";
        outbox = encode([...before, decode<StoredEvent>(event)]);
        waiting = before.length + 1;
      }
      const { changes } = updateRow.run(version, state, event ?? raisedEvent(found), outbox, ...values, id);
      if (changes !== 1) throw new Error(`${layout.name}: a save did not write its row`);
      untouch(id, found);
      for (const side of sides) side.change(id, found, values);
      return { waiting };
    },
    load: (id: string) => select.get(id) as FoundRow | undefined,
    /** Fields and columns of the state at this version; false when a newer one stands there. */
    fill({ id, version, values }: FilledRow): boolean {
      const found = stored.get(id) as StoredRow | undefined;
      if (found === undefined) return true;
      if (found.version !== version) return false;
      if (values.length > 0) fillRow.run(...values, id);
      for (const side of sides) side.change(id, found, values);
      return true;
    },
    remove(id: string): void {
      const found = stored.get(id) as StoredRow | undefined;
      untouch(id, found);
      for (const side of sides) side.change(id, found, undefined);
      removeRow.run(id);
    },
  };
}

// What is told again is told of the version as it rose, also when a write since then told nothing.
function raisedEvent({ written, version, last_event: last }: StoredRow): Uint8Array | null {
  if (last === null || written === version) return last;
  const event = decode<StoredEvent>(last);
  return encode({ ...event, version: event.version + version - written });
}

function statements(db: DatabaseSync, layout: Layout) {
  const table = `"${layout.name}"`;
  const version = `${versionSql(layout.name)} AS version`;
  const columns = ["id", "version", "state", "last_event", "outbox", ...valueColumns(layout)];
  const marks = columns.map(() => "?").join(", ");
  const sets = columns.slice(1).map((c) => `${c} = ?`);
  const filling = valueColumns(layout).map((column) => `${column} = ?`);
  const held = ["t.version AS written", version, "last_event", "outbox", ...layout.many.map((m) => `"m_${m}"`)];
  return {
    insertRow: db.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks}) ON CONFLICT DO NOTHING`),
    updateRow: db.prepare(`UPDATE ${table} SET ${sets.join(", ")} WHERE id = ?`),
    removeRow: db.prepare(`DELETE FROM ${table} WHERE id = ?`),
    fillRow: db.prepare(`UPDATE ${table} SET ${filling.join(", ") || "id = id"} WHERE id = ?`),
    untouchRow: db.prepare(`DELETE FROM ${touchedTable(layout.name)} WHERE id = ?`),
    stored: db.prepare(`SELECT ${held.join(", ")} FROM ${table} AS t WHERE id = ?`),
    select: db.prepare(`SELECT id, ${version}, state FROM ${table} AS t WHERE id = ?`),
  };
}

type StoredRow = {
  written: number;
  version: number;
  last_event: Uint8Array | null;
  outbox: Uint8Array | null;
} & Record<string, unknown>;

// The side table of a field of several values: only what changed is written.
function sideOf(db: DatabaseSync, layout: Layout, field: string, index: number) {
  const side = sideTable(layout.name, field);
  const position = layout.fields.length + layout.columns.length + index;
  const add = db.prepare(`INSERT OR IGNORE INTO ${side} (value, id) VALUES (?, ?)`);
  const drop = db.prepare(`DELETE FROM ${side} WHERE value = ? AND id = ?`);
  type Values = Set<string | number>;
  const parsed = (text: unknown): Values => new Set(JSON.parse(String(text)) as (string | number)[]);
  const run = (statement: StatementSync, id: string, values: Values, unless: Values) =>
    values.forEach((value) => unless.has(value) || statement.run(value, id));
  return {
    change(id: string, before: StoredRow | undefined, after: readonly (SqlValue | null)[] | undefined): void {
      const old = before?.[`m_${field}`] ?? "[]";
      const fresh = after?.[position] ?? "[]";
      if (old === fresh) return;
      const was = parsed(old);
      const is = parsed(fresh);
      run(drop, id, was, is);
      run(add, id, is, was);
    },
  };
}
