import type { DatabaseSync } from "node:sqlite";
import { decode, encode } from "../codec.ts";
import { inTransaction } from "./transaction.ts";
import type { Outbox, StoredEvent } from "../port.ts";

/** The outbox column of a table; `appended` is called by the collection after a write with an event. */
export function sqliteOutbox(db: DatabaseSync, table: string): Outbox & { appended(documentId: string): void } {
  const listeners: ((documentId: string) => void)[] = [];
  const select = db.prepare(`SELECT outbox FROM ${table} WHERE id = ?`);
  const set = db.prepare(`UPDATE ${table} SET outbox = ? WHERE id = ?`);
  const waiting = db.prepare(`SELECT id FROM ${table} WHERE outbox IS NOT NULL LIMIT ?`);
  const told = db.prepare(
    `SELECT id, last_event, outbox IS NULL AS idle FROM ${table} WHERE last_event IS NOT NULL AND id > ? ORDER BY id LIMIT ?`,
  );
  function events(documentId: string): StoredEvent[] {
    const bytes = select.get(documentId)?.["outbox"];
    return bytes instanceof Uint8Array ? decode<StoredEvent[]>(bytes) : [];
  }
  return {
    async pending(limit) {
      return waiting.all(limit).map((row) => String(row["id"]));
    },
    async read(documentId) {
      return events(documentId);
    },
    async removeEvents(documentId, eventIds) {
      const left = events(documentId).filter((event) => !eventIds.includes(event.id));
      set.run(left.length === 0 ? null : encode(left), documentId);
    },
    async refill(after, limit, freshId) {
      const rows = told.all(after, limit);
      const idle = rows.filter((row) => row["idle"] === 1);
      inTransaction(db, () => {
        for (const { id, last_event: last } of idle) {
          set.run(encode([{ ...decode<StoredEvent>(last as Uint8Array), id: freshId() }]), String(id));
        }
      });
      return { filled: idle.length, ...(rows.length === limit && { next: String(rows.at(-1)?.["id"]) }) };
    },
    onAppend: (listener) => void listeners.push(listener),
    appended: (documentId) => listeners.forEach((listener) => listener(documentId)),
  };
}
