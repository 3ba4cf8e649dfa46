import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { encode } from "../codec.ts";
import { lastOf, linesOf, type Entry } from "../journal/record.ts";
import { touchedTable, versionSql } from "../sqlite/query.ts";
import { makeTable } from "../sqlite/table.ts";

/** What a journal changed in a restored store. */
export interface Forward {
  collection: string;
  id: string;
  /** In the store before; 0 when it was not there. */
  from: number;
  /** As the journal has it; "removed" when it was taken out. */
  to: number | "removed";
}

/** The last entry of each document in a journal, in no order; a line that was cut off at its end does not count. */
export function readJournal(path: string): Entry[] {
  return [...lastOf(linesOf(readFileSync(path)).lines).values()].map(({ entry }) => entry);
}

/**
 * Brings each document of the journal forward to its last version, in one transaction, unless the store has that or a
 * newer one; may be repeated. What is asked by a field is filled in when the service opens the store. Nobody may have the
 * store open.
 */
export function bringForward(storeFile: string, entries: readonly Entry[]): Forward[] {
  using db = new DatabaseSync(storeFile);
  db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; BEGIN EXCLUSIVE");
  // A backup of an earlier release may have no place yet for what protects since.
  for (const collection of new Set(entries.map((entry) => entry.collection))) makeTable(db, collection);
  const changed = entries.flatMap((entry) => forwardOf(db, entry));
  for (const collection of new Set(changed.map((one) => one.collection))) fillAgain(db, collection);
  db.exec("COMMIT");
  return changed;
}

function forwardOf(db: DatabaseSync, { collection, id, version, state, event }: Entry): Forward[] {
  const table = `"${collection}"`;
  const found = db.prepare(`SELECT ${versionSql(collection)} AS version FROM ${table} AS t WHERE id = ?`).get(id);
  const from = Number(found?.["version"] ?? 0);
  if (state === undefined ? from === 0 : from >= version) return [];
  db.prepare(`DELETE FROM ${touchedTable(collection)} WHERE id = ?`).run(id);
  if (state === undefined) {
    remove(db, collection, id);
    return [{ collection, id, from, to: "removed" }];
  }
  db.prepare(
    `INSERT INTO ${table} (id, version, state, last_event) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
     SET version = excluded.version, state = excluded.state, last_event = coalesce(excluded.last_event, last_event), outbox = NULL`,
  ).run(id, version, encode(state), event === undefined ? null : encode(event));
  return [{ collection, id, from, to: version }];
}

function remove(db: DatabaseSync, collection: string, id: string): void {
  for (const column of valuesIn(db, collection).filter((name) => name.startsWith("m_"))) {
    db.prepare(`DELETE FROM "${collection}.${column.slice(2)}" WHERE id = ?`).run(id);
  }
  db.prepare(`DELETE FROM "${collection}" WHERE id = ?`).run(id);
}

// As after an upgrade: every field and column is computed from the states again, and a query waits until then.
function fillAgain(db: DatabaseSync, collection: string): void {
  const columns = JSON.stringify(valuesIn(db, collection).map((name) => `"${name}"`));
  db.prepare(`INSERT OR REPLACE INTO "_filling" (collection, columns, after) VALUES (?, ?, '')`).run(
    collection,
    columns,
  );
}

function valuesIn(db: DatabaseSync, collection: string): string[] {
  const rows = db.prepare(`SELECT name FROM pragma_table_info(?)`).all(collection);
  return rows.map((row) => String(row["name"])).filter((name) => /^[fcm]_/.test(name));
}
