import { decode, encode } from "../codec.ts";
import type { Outbox, StoredEvent } from "../port.ts";
import type { Client } from "./client.ts";

/** The outbox of a table; `appended` is called by the collection after a write with an event. */
export function sqliteOutbox(client: Client, name: string): Outbox & { appended(documentId: string): void } {
  const listeners: ((documentId: string) => void)[] = [];
  return {
    pending: (limit) => client.ask("pending", { in: name, limit }),
    read: (id) => client.ask("outbox", { in: name, id }, (bytes) => (bytes ? decode<StoredEvent[]>(bytes) : [])),
    removeEvents: (id, eventIds) => client.ask("taken", { in: name, id, eventIds }),
    async refill(after, limit, freshId) {
      const told = await client.ask("told", { in: name, after, limit });
      const idle = told.filter(({ isIdle }) => isIdle === 1);
      const rows = idle.map(({ id, last }) => ({
        id,
        last,
        outbox: encode([{ ...decode<StoredEvent>(last), id: freshId() }]),
      }));
      const filled = rows.length === 0 ? 0 : await client.ask("refill", { in: name, rows });
      const next = told.length === limit ? told.at(-1)?.id : undefined;
      return { filled, ...(next !== undefined && { next }) };
    },
    onAppend: (listener) => void listeners.push(listener),
    appended: (documentId) => listeners.forEach((listener) => listener(documentId)),
  };
}
