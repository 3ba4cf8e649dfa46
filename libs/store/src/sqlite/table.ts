import type { DatabaseSync } from "node:sqlite";
import { decode } from "../codec.ts";
import type { CollectionSpec, FieldValue } from "../port.ts";
import { columnValue } from "./query.ts";
import { inTransaction } from "./transaction.ts";

/** Makes a collection's table, its columns for declared fields and its indexes, as far as they are not there. */
export function createTable<S, F extends string>(db: DatabaseSync, table: string, spec: CollectionSpec<S, F>): void {
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${table}
     (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state BLOB NOT NULL, last_event BLOB, outbox BLOB)`,
  );
  const columns = db.prepare(`SELECT name FROM pragma_table_info('${spec.name}')`).all();
  const present = new Set(columns.map((row) => row["name"]));
  for (const [field, value] of Object.entries(spec.fields) as [F, (state: S) => FieldValue | undefined][]) {
    if (!present.has(`f_${field}`)) addField(db, table, field, value);
    db.exec(`CREATE INDEX IF NOT EXISTS "i_${spec.name}_${field}" ON ${table} ("f_${field}", id)`);
  }
  db.exec(`CREATE INDEX IF NOT EXISTS "i_${spec.name}_outbox" ON ${table} (id) WHERE outbox IS NOT NULL`);
}

// A field declared later is filled in from the states that are there: column and values in one transaction, since a
// column that was there without its values would hide documents for ever.
function addField<S>(
  db: DatabaseSync,
  table: string,
  field: string,
  value: (state: S) => FieldValue | undefined,
): void {
  inTransaction(db, () => {
    db.exec(`ALTER TABLE ${table} ADD COLUMN "f_${field}"`);
    const set = db.prepare(`UPDATE ${table} SET "f_${field}" = ? WHERE id = ?`);
    const page = db.prepare(`SELECT id, state FROM ${table} WHERE id > ? ORDER BY id LIMIT 1000`);
    for (let after = "", rows = page.all(after); rows.length > 0; rows = page.all(after)) {
      for (const { id, state } of rows) {
        after = String(id);
        set.run(columnValue(value(decode<S>(state as Uint8Array))), after);
      }
    }
  });
}
