import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Problem } from "@ntd/service";
import type { Collection, CollectionSpec, Store } from "../port.ts";
import { sqliteCollection } from "./collection.ts";
import { answeredBySqlite } from "./errors.ts";
import { guarded } from "../guarded.ts";

/**
 * One SQLite file for one process: WAL, synchronous=FULL (each write is on disk when it resolves) and an exclusive
 * lock, so that a second process is refused with STORE_LOCKED instead of racing.
 */
export async function openSqlite(path: string): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true });
  const db = locked(path);
  const collections: Collection<unknown, string>[] = [];
  return {
    collections,
    async collection<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>) {
      const collection = guarded(spec, sqliteCollection(db, spec), answeredBySqlite);
      collections.push(collection as unknown as Collection<unknown, string>);
      return collection;
    },
    async ping() {
      db.prepare("SELECT 1").get();
    },
    async [Symbol.asyncDispose]() {
      db.close();
    },
  };
}

function locked(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    db.exec("BEGIN EXCLUSIVE; COMMIT");
    return db;
  } catch (cause) {
    db.close();
    throw /lock|busy/i.test(String(cause)) ? new Problem("STORE_LOCKED", undefined, { cause }) : cause;
  }
}
