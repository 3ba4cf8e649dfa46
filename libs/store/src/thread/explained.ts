import type { DatabaseSync, StatementSync } from "node:sqlite";
import { unserved } from "../strict.ts";

const seen = new Set<string>();

/**
 * Prepares a query. In tests (`strict`) SQLite is asked how it would run it, once for each text: a scan of the table that is not a
 * walk in the order of the ids (`mayWalk`: nothing is asked), or a sort, is an error.
 */
export function prepared(db: DatabaseSync, text: string, mayWalk: boolean, strict: boolean): StatementSync {
  if (strict && !seen.has(text)) {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[];
    const bad = plan.find(({ detail }) => isScan(detail, mayWalk));
    if (bad !== undefined) throw unserved(`${bad.detail} in ${text}`);
    seen.add(text);
  }
  return db.prepare(text);
}

export function isScan(detail: string, mayWalk: boolean): boolean {
  if (detail.includes("TEMP B-TREE")) return true;
  return /^SCAN (?!\()/.test(detail) && !(mayWalk && / USING /.test(detail));
}
