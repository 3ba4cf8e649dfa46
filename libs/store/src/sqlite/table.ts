import type { DatabaseSync } from "node:sqlite";
import type { Layout } from "../layout.ts";
import { indexName, sideTable, type SqlValue } from "./query.ts";
import { inTransaction } from "./transaction.ts";

/** Names of the columns that hold fields, columns and, as JSON, fields of several values. */
export function valueColumns({ fields, columns, many }: Layout): string[] {
  return [...fields.map((f) => `"f_${f}"`), ...columns.map((c) => `"c_${c}"`), ...many.map((m) => `"m_${m}"`)];
}

/**
 * Makes a collection's table, its columns and its indexes, as far as they are not there; drops indexes of ours that are
 * no longer declared.
 *
 * @param values the values of `valueColumns` in a stored state.
 */
export function createTable(
  db: DatabaseSync,
  layout: Layout,
  values: (state: Uint8Array) => (SqlValue | null)[],
): void {
  const table = `"${layout.name}"`;
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${table}
     (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state BLOB NOT NULL, last_event BLOB, outbox BLOB)`,
  );
  const columns = db.prepare(`SELECT name FROM pragma_table_info('${layout.name}')`).all();
  const present = new Set(columns.map((row) => `"${String(row["name"])}"`));
  const wanted = valueColumns(layout);
  const added = wanted.filter((column) => !present.has(column));
  if (added.length > 0) addColumns(db, layout, added, values);
  createIndexes(db, layout);
}

function createIndexes(db: DatabaseSync, layout: Layout): void {
  const { name } = layout;
  const table = `"${name}"`;
  const wanted = new Map<string, string>();
  for (const index of layout.indexes) {
    const { fields, covers } = index;
    const covered = covers.map((c) => (layout.fields.includes(c) ? `"f_${c}"` : `"c_${c}"`));
    const columns = [...fields.map((f) => `"f_${f}"`), "id", ...covered].join(", ");
    wanted.set(indexName(name, index), `(${columns})`);
  }
  wanted.set(`i_${name}_outbox`, "(id) WHERE outbox IS NOT NULL");
  const there = db.prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?").all(name);
  for (const index of there.map((row) => String(row["name"]))) {
    if (index.startsWith(`i_${name}_`) && !wanted.has(index)) db.exec(`DROP INDEX "${index}"`);
  }
  for (const [index, columns] of wanted) db.exec(`CREATE INDEX IF NOT EXISTS "${index}" ON ${table} ${columns}`);
}

// What is declared later is filled in from the states that are there: column and values in one transaction, since a
// column that was there without its values would hide documents for ever.
function addColumns(
  db: DatabaseSync,
  layout: Layout,
  added: readonly string[],
  values: (state: Uint8Array) => (SqlValue | null)[],
): void {
  const table = `"${layout.name}"`;
  const wanted = valueColumns(layout);
  inTransaction(db, () => {
    for (const column of added) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    const sides = layout.many.filter((field) => added.includes(`"m_${field}"`));
    for (const field of sides) {
      const side = sideTable(layout.name, field);
      db.exec(`CREATE TABLE ${side} (value, id TEXT NOT NULL, PRIMARY KEY (value, id)) WITHOUT ROWID`);
    }
    const set = db.prepare(`UPDATE ${table} SET ${added.map((column) => `${column} = ?`).join(", ")} WHERE id = ?`);
    const page = db.prepare(`SELECT id, state FROM ${table} WHERE id > ? ORDER BY id LIMIT 1000`);
    for (let after = "", rows = page.all(after); rows.length > 0; rows = page.all(after)) {
      for (const { id, state } of rows) {
        after = String(id);
        const all = values(state as Uint8Array);
        set.run(...added.map((column) => all[wanted.indexOf(column)] ?? null), after);
      }
    }
    for (const field of sides) {
      const each = `SELECT j.value, t.id FROM ${table} AS t, json_each(t."m_${field}") AS j`;
      db.exec(`INSERT INTO ${sideTable(layout.name, field)} (value, id) ${each}`);
    }
  });
}
