import { setImmediate } from "node:timers/promises";
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
  const idle = db.prepare(
    `SELECT id, last_event FROM ${table} WHERE outbox IS NULL AND last_event IS NOT NULL AND id > ? ORDER BY id LIMIT 500`,
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
    async refill(freshId) {
      let filled = 0;
      for (let after = "", rows = idle.all(after); rows.length > 0; rows = idle.all(after)) {
        inTransaction(db, () => {
          for (const { id, last_event: last } of rows) {
            set.run(encode([{ ...decode<StoredEvent>(last as Uint8Array), id: freshId() }]), String(id));
          }
        });
        filled += rows.length;
        after = String(rows.at(-1)?.["id"]);
        // Whoever else waits has a turn between two pages.
        await setImmediate();
      }
      return filled;
    },
    onAppend: (listener) => void listeners.push(listener),
    appended: (documentId) => listeners.forEach((listener) => listener(documentId)),
  };
}
