import { DatabaseSync } from "node:sqlite";
import { decode, encode } from "../codec.ts";
import type { StoredEvent } from "../port.ts";
import { touchedTable } from "../sqlite/query.ts";
import { makeTable } from "../thread/table.ts";
import { collectionsIn } from "./copy.ts";

/**
 * Raises the version of every document, and with it that of the event which tells of it again and of those that wait: what
 * others remember of the time behind the copy must not make what it tells from now on look old. Nobody may have the store open.
 */
export function raiseVersions(storeFile: string, by: number): void {
  using db = new DatabaseSync(storeFile);
  db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; BEGIN EXCLUSIVE");
  for (const collection of collectionsIn(db)) {
    makeTable(db, collection);
    db.prepare(
      `INSERT INTO ${touchedTable(collection)} (id, times) SELECT id, ? FROM "${collection}" WHERE true
       ON CONFLICT (id) DO UPDATE SET times = times + excluded.times`,
    ).run(by);
    raiseWaiting(db, collection, by);
  }
  db.exec("COMMIT");
}

// One by one: while the bus was away all documents may wait.
function raiseWaiting(db: DatabaseSync, collection: string, by: number): void {
  const next = db.prepare(
    `SELECT id, outbox FROM "${collection}" WHERE outbox IS NOT NULL AND id > ? ORDER BY id LIMIT 1`,
  );
  const set = db.prepare(`UPDATE "${collection}" SET outbox = ? WHERE id = ?`);
  for (let row = next.get(""); row !== undefined; row = next.get(String(row["id"]))) {
    const waiting = decode<StoredEvent[]>(row["outbox"] as Uint8Array);
    set.run(encode(waiting.map((event) => ({ ...event, version: event.version + by }))), String(row["id"]));
  }
}
