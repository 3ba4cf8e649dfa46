import type { DatabaseSync } from "node:sqlite";
import { decode, encode } from "../codec.ts";
import type { StoredEvent } from "../port.ts";
import type { RefilledRow, ToldRow } from "../sqlite/messages.ts";
import { raisedSql } from "../sqlite/query.ts";

/** The outbox column of a table. */
export function outboxRows(db: DatabaseSync, collection: string) {
  const table = `"${collection}"`;
  const select = db.prepare(`SELECT outbox FROM ${table} WHERE id = ?`);
  const set = db.prepare(`UPDATE ${table} SET outbox = ? WHERE id = ?`);
  const waiting = db.prepare(`SELECT id FROM ${table} WHERE outbox IS NOT NULL LIMIT ?`);
  const told = db.prepare(
    `SELECT id, last_event AS last, outbox IS NULL AS isIdle, ${raisedSql(collection)} AS raised FROM ${table} AS t
     WHERE last_event IS NOT NULL AND id > ? ORDER BY id LIMIT ?`,
  );
  const refill = db.prepare(`UPDATE ${table} SET outbox = ? WHERE id = ? AND outbox IS NULL AND last_event = ?`);
  return {
    pending: (limit: number) => waiting.all(limit).map((row) => String(row["id"])),
    read: (id: string) => (select.get(id)?.["outbox"] ?? undefined) as Uint8Array | undefined,
    remove(id: string, eventIds: readonly string[]): void {
      const bytes = select.get(id)?.["outbox"];
      if (!(bytes instanceof Uint8Array)) return;
      const left = decode<StoredEvent[]>(bytes).filter((event) => !eventIds.includes(event.id));
      set.run(left.length === 0 ? null : encode(left), id);
    },
    /** Documents that have told of themselves, with their last event. */
    told: (after: string, limit: number) => told.all(after, limit) as unknown as ToldRow[],
    /** Unless a newer event came meanwhile. */
    refill: (rows: readonly RefilledRow[]) =>
      rows.reduce((sum, { id, last, outbox }) => sum + Number(refill.run(outbox, id, last).changes), 0),
  };
}
