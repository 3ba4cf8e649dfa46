import type { DatabaseSync } from "node:sqlite";
import type { Layout } from "../layout.ts";
import type { FoundRow, Missing } from "../sqlite/messages.ts";
import { indexName, sideTable, touchedTable, versionSql } from "../sqlite/query.ts";

/** Names of the columns that hold fields, columns and, as JSON, fields of several values. */
export function valueColumns({ fields, columns, many }: Layout): string[] {
  return [...fields.map((f) => `"f_${f}"`), ...columns.map((c) => `"c_${c}"`), ...many.map((m) => `"m_${m}"`)];
}

/**
 * Makes a collection's table and its columns and indexes, as far as they are not there; drops indexes of ours that are
 * no longer declared. What a table that holds documents lacks is `missing`: its columns are there but empty, which is
 * noted with the place up to which they are filled; its indexes are not made yet.
 */
export function openTable(db: DatabaseSync, layout: Layout) {
  const table = `"${layout.name}"`;
  makeTable(db, layout.name);
  const isEmpty = db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined;
  const unfilled = [...addColumns(db, layout), ...undeclaredBefore(db, layout)];
  if (unfilled.length > 0 && !isEmpty) noteUnfilled(db, layout, unfilled);
  const note = noted(db, layout);
  const indexes = missingIndexes(db, layout);
  const make = (name: string) => db.exec(`CREATE INDEX IF NOT EXISTS "${name}" ON ${table} ${indexes.get(name) ?? ""}`);
  if (isEmpty) for (const name of indexes.keys()) make(name);
  const missing: Missing = {
    columns: note.columns.filter((column) => valueColumns(layout).includes(column)),
    after: note.after,
    indexes: isEmpty ? [] : [...indexes.keys()],
  };
  const page = db.prepare(
    `SELECT id, ${versionSql(layout.name)} AS version, state FROM ${table} AS t WHERE id > ? ORDER BY id LIMIT 200`,
  );
  const move = db.prepare(`UPDATE "_filling" SET after = ? WHERE collection = ?`);
  return {
    missing,
    unfilled: (after: string) => page.all(after) as unknown as FoundRow[],
    filledUpTo: (after: string) => void move.run(after, layout.name),
    filled: () => void db.prepare(`DELETE FROM "_filling" WHERE collection = ?`).run(layout.name),
    makeIndex: (name: string) => make(name),
  };
}

/** What every collection has, whatever it declares; nothing changes where it is there. */
export function makeTable(db: DatabaseSync, collection: string): void {
  db.exec(
    `CREATE TABLE IF NOT EXISTS "${collection}"
     (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state BLOB NOT NULL, last_event BLOB, outbox BLOB);
     CREATE TABLE IF NOT EXISTS ${touchedTable(collection)} (id TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE IF NOT EXISTS "_declared" (collection TEXT PRIMARY KEY, columns TEXT NOT NULL);
     CREATE TABLE IF NOT EXISTS "_filling" (collection TEXT PRIMARY KEY, columns TEXT NOT NULL, after TEXT NOT NULL);
     CREATE INDEX IF NOT EXISTS "i_${collection}_outbox" ON "${collection}" (id) WHERE outbox IS NOT NULL`,
  );
}

function addColumns(db: DatabaseSync, layout: Layout): string[] {
  const rows = db.prepare(`SELECT name FROM pragma_table_info('${layout.name}')`).all();
  const present = new Set(rows.map((row) => `"${String(row["name"])}"`));
  const added = valueColumns(layout).filter((column) => !present.has(column));
  for (const column of added) db.exec(`ALTER TABLE "${layout.name}" ADD COLUMN ${column}`);
  for (const field of layout.many) {
    const columns = "(value, id TEXT NOT NULL, PRIMARY KEY (value, id)) WITHOUT ROWID";
    db.exec(`CREATE TABLE IF NOT EXISTS ${sideTable(layout.name, field)} ${columns}`);
  }
  return added;
}

// An earlier release that was run again in between wrote without these: what stands in them may be old.
function undeclaredBefore(db: DatabaseSync, layout: Layout): string[] {
  const declared = valueColumns(layout);
  const before = db.prepare(`SELECT columns FROM "_declared" WHERE collection = ?`).get(layout.name)?.["columns"];
  const known = before === undefined ? declared : (JSON.parse(String(before)) as string[]);
  // Only what changed: on a full disk a service starts and serves what is there.
  const write = db.prepare(`INSERT OR REPLACE INTO "_declared" (collection, columns) VALUES (?, ?)`);
  if (before !== JSON.stringify(declared)) write.run(layout.name, JSON.stringify(declared));
  return declared.filter((column) => !known.includes(column));
}

function noted(db: DatabaseSync, { name }: Layout): { columns: string[]; after: string } {
  const note = db.prepare(`SELECT columns, after FROM "_filling" WHERE collection = ?`).get(name);
  if (note === undefined) return { columns: [], after: "" };
  return { columns: JSON.parse(String(note["columns"])) as string[], after: String(note["after"]) };
}

// In the transaction that adds them: a column that was there without its values would hide documents for ever.
function noteUnfilled(db: DatabaseSync, layout: Layout, added: readonly string[]): void {
  const columns = JSON.stringify([...new Set([...noted(db, layout).columns, ...added])]);
  db.prepare(`INSERT OR REPLACE INTO "_filling" (collection, columns, after) VALUES (?, ?, '')`).run(
    layout.name,
    columns,
  );
}

// By name. A document without the first field is never asked for by that index: it stands in none.
function missingIndexes(db: DatabaseSync, layout: Layout): Map<string, string> {
  const wanted = new Map<string, string>();
  for (const index of layout.indexes) {
    const covered = index.covers.map((c) => (layout.fields.includes(c) ? `"f_${c}"` : `"c_${c}"`));
    const columns = [...index.fields.map((f) => `"f_${f}"`), "id", ...covered].join(", ");
    wanted.set(indexName(layout.name, index), `(${columns}) WHERE "f_${index.fields[0]}" IS NOT NULL`);
  }
  const there = db.prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?").all(layout.name);
  for (const name of there.map((row) => String(row["name"]))) {
    const isOurs = name.startsWith(`i_${layout.name}_`) && name !== `i_${layout.name}_outbox`;
    if (isOurs && !wanted.has(name)) db.exec(`DROP INDEX "${name}"`);
    wanted.delete(name);
  }
  return wanted;
}
