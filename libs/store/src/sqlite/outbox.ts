import { decode, encoded } from "../codec.ts";
import type { Outbox, StoredEvent } from "../port.ts";
import type { Answers, Question } from "./answers.ts";
import type { Client } from "./client.ts";
import { write } from "./write.ts";

export interface SqliteOutbox extends Outbox {
  /** Called after a write with an event; `isAlone` when nothing else waits in the document's outbox. */
  appended(documentId: string, event: StoredEvent, isAlone: boolean): void;
  /** Called after these documents were removed, with what waited in their outboxes. */
  forget(documentIds: readonly string[]): void;
}

/** Documents whose waiting event is remembered, and the bytes of one that is. */
const MOST_KNOWN = 1000;
const BIG_BYTES = 8 * 1024;

/** What waits, of all documents: a key that no other question has. */
const PENDING: Question = { key: "pending", due: undefined };

/** The outbox of a table. An event that was just written and waits alone is read without waking the store's thread. */
export function sqliteOutbox(client: Client, name: string, answers: Answers): SqliteOutbox {
  const listeners: ((documentId: string) => void)[] = [];
  const alone = new Map<string, StoredEvent>();
  return {
    async pending(limit) {
      if (!client.isClosed && answers.of(PENDING) !== undefined) return [];
      return client.ask("pending", { in: name, limit }, (ids) => {
        if (ids.length === 0) answers.keep(PENDING, []);
        return ids;
      });
    },
    async read(id) {
      const known = client.isClosed ? undefined : alone.get(id);
      if (known !== undefined) return [known];
      return client.ask("outbox", { in: name, id }, (bytes) => (bytes ? decode<StoredEvent[]>(bytes) : []));
    },
    removeEvents(id, eventIds) {
      alone.delete(id);
      return client.ask("taken", { in: name, id, eventIds });
    },
    forget: (ids) => ids.forEach((id) => alone.delete(id)),
    async refill(after, limit, freshId) {
      const told = await client.ask("told", { in: name, after, limit });
      const idle = told.filter(({ isIdle }) => isIdle === 1);
      const rows = idle.map(({ id, last, raised }) => {
        const event = decode<StoredEvent>(last);
        return { id, last, outbox: encoded([{ ...event, version: event.version + raised, id: freshId() }]) };
      });
      const filled = rows.length === 0 ? 0 : await write(client, "refill", { in: name, rows }, answers.writing());
      const next = told.length === limit ? told.at(-1)?.id : undefined;
      return { filled, ...(next !== undefined && { next }) };
    },
    onAppend: (listener) => void listeners.push(listener),
    appended(documentId, event, isAlone) {
      const isSmall = event.data.length <= BIG_BYTES && alone.size < MOST_KNOWN;
      if (isAlone && isSmall) alone.set(documentId, event);
      else alone.delete(documentId);
      for (const listener of listeners) listener(documentId);
    },
  };
}
