import { DatabaseSync } from "node:sqlite";
import { Problem } from "@ntd/service";

/** What a copied store holds, by collection. */
export type Contents = Readonly<Record<string, { readonly documents: number; readonly highestVersion: number }>>;

/**
 * Makes a file of its own of a store's copied bytes and checks every page of it. Nobody else may have it open.
 *
 * @throws Problem FIELD_INVALID for what is no whole SQLite file.
 */
export function checkedCopy(path: string): Contents {
  try {
    using db = new DatabaseSync(path);
    db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE");
    const { integrity_check: said } = db.prepare("PRAGMA integrity_check(1)").get() as { integrity_check: string };
    if (said !== "ok") throw new Error(said);
    return contentsOf(db);
  } catch (cause) {
    throw new Problem("FIELD_INVALID", `${path} is no whole store: ${(cause as Error).message}. Copy it again.`, {
      cause,
    });
  }
}

/** Names of the tables that hold a collection's documents. */
export function collectionsIn(db: DatabaseSync): string[] {
  const rows = db.prepare(
    `SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c ON c.name = 'last_event'
     WHERE m.type = 'table' ORDER BY m.name`,
  );
  return rows.all().map((row) => String(row["name"]));
}

function contentsOf(db: DatabaseSync): Contents {
  const found = collectionsIn(db).map((name) => {
    const { n, highest } = db
      .prepare(`SELECT count(*) AS n, coalesce(max(version), 0) AS highest FROM "${name}"`)
      .get() as { n: number; highest: number };
    return [name, { documents: n, highestVersion: highest }] as const;
  });
  return Object.fromEntries(found);
}
