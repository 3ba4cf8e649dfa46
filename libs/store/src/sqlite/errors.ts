import { Problem } from "@ntd/service";

// Primary result codes of a database that cannot do its part now: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN
// (https://sqlite.org/rescode.html). The rest (a constraint, a fault in the SQL) is a fault of ours.
const SICK = new Set([5, 6, 8, 10, 13, 14]);

/** Runs a call of SQLite; what a full or failing disk does becomes STORE_UNAVAILABLE, which is tried again. */
export async function answeredBySqlite<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw isSick(cause) ? new Problem("STORE_UNAVAILABLE", undefined, { cause }) : cause;
  }
}

function isSick(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code === "ERR_SQLITE_ERROR" && errcode !== undefined && SICK.has(errcode % 256);
}
