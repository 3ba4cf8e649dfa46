import { open } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { encode } from "../codec.ts";
import { entryAt, indexOf } from "../journal/last.ts";
import type { Entry } from "../journal/record.ts";
import { touchedTable, versionSql } from "../sqlite/query.ts";
import { makeTable } from "../thread/table.ts";

/** What a journal changed in a restored store. */
export interface Forward {
  collection: string;
  id: string;
  /** In the store before; 0 when it was not there. */
  from: number;
  /** As the journal has it; "removed" when it was taken out. */
  to: number | "removed";
}

/** What a journal made of a store. */
export interface BroughtForward {
  changed: readonly Forward[];
  /** How many bytes of the journal could not be read: what they held is not known. */
  damaged: number;
}

/** The last entry of each document in a journal; a line that was cut off at its end does not count. */
export async function* readJournal(path: string): AsyncGenerator<Entry, { damaged: number }> {
  await using file = await open(path, "r");
  const { last, damaged } = await indexOf(file);
  for (const one of last.values()) yield entryAt(file, one);
  return { damaged };
}

/**
 * Brings each document of the journal forward to its last version, in one transaction, unless the store has that or a
 * newer one; may be repeated. What is asked by a field is filled in when the service opens the store. Nobody may have the
 * store open, or the journal.
 */
export async function bringForward(storeFile: string, journal: string): Promise<BroughtForward> {
  using db = new DatabaseSync(storeFile);
  db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; BEGIN EXCLUSIVE");
  const changed: Forward[] = [];
  const made = new Set<string>();
  const entries = readJournal(journal);
  for (;;) {
    const { value, done } = await entries.next();
    if (done === true) {
      for (const collection of new Set(changed.map((one) => one.collection))) fillAgain(db, collection);
      db.exec("COMMIT");
      return { changed, damaged: value.damaged };
    }
    // A backup of an earlier release may have no place yet for what protects since.
    if (!made.has(value.collection)) makeTable(db, value.collection);
    made.add(value.collection);
    changed.push(...forwardOf(db, value));
  }
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
