import { DatabaseSync } from "node:sqlite";
import { touchedTable } from "../sqlite/query.ts";
import { makeTable } from "../sqlite/table.ts";
import { collectionsIn } from "./copy.ts";

/**
 * Raises the version of every document, and with it that of the event which tells of it again: what others remember of the
 * time behind the copy must not make what it tells from now on look old. Nobody may have the store open.
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
  }
  db.exec("COMMIT");
}
