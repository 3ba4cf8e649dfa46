import { Problem } from "@ntd/service";

// Primary result codes of a database that cannot do its part now: BUSY, LOCKED, READONLY, IOERR, CANTOPEN
// (https://sqlite.org/rescode.html). The rest (a constraint, a fault in the SQL) is a fault of ours.
const FULL = 13;
const SICK = new Set([5, 6, 8, 10, 14]);
/** What the system says when a file cannot be made. */
const NO_ROOM: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** Runs a call of SQLite; what a full disk does becomes STORE_FULL, what a failing one does STORE_UNAVAILABLE: both are tried again. */
export async function answeredBySqlite<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const errcode = primaryOf(cause);
    if (errcode === FULL || NO_ROOM.has((cause as { code?: string }).code))
      throw new Problem("STORE_FULL", undefined, { cause });
    throw errcode !== undefined && SICK.has(errcode) ? new Problem("STORE_UNAVAILABLE", undefined, { cause }) : cause;
  }
}

function primaryOf(error: unknown): number | undefined {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code === "ERR_SQLITE_ERROR" && errcode !== undefined ? errcode % 256 : undefined;
}
