import { Problem } from "@ntd/service";
import type { Store } from "./port.ts";
import { openSqlite } from "./sqlite/open-sqlite.ts";

export interface StoreOptions {
  /** File of the journal, apart from the store. Default: none. MongoDB needs none: its own log is one. */
  journal?: string | undefined;
}

/**
 * Opens the store that `url` names: `file:<path>` is SQLite, `mongodb://…` or `mongodb+srv://…` MongoDB.
 *
 * @throws Problem CONFIG_INVALID for another scheme, STORE_LOCKED when another process holds the SQLite file.
 */
export function openStore(url: string, { journal }: StoreOptions = {}): Promise<Store> {
  if (url.startsWith("file:")) return openSqlite(url.slice("file:".length), journal);
  if (/^mongodb(\+srv)?:/.test(url)) return openMongoFrom(url);
  // The scheme alone: what follows may hold a password.
  const scheme = /^([a-z][a-z0-9+.-]{0,30}:)\/\//i.exec(url)?.[1];
  const begin = scheme === undefined ? "begins with no scheme" : `begins with "${scheme}"`;
  throw new Problem("CONFIG_INVALID", `STORE_URL ${begin}; it must begin with file: or mongodb:`);
}

// The driver is loaded only where it is used: it would cost every SQLite service memory and a longer start.
async function openMongoFrom(url: string): Promise<Store> {
  const { openMongo } = await import("./mongo/open-mongo.ts");
  return openMongo(url);
}
