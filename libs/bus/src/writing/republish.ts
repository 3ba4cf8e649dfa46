import { randomUUID } from "node:crypto";
import type { Store } from "@ntd/store";

/** Where sending everything again goes on: a collection, and the document at which the last slice ended. */
export interface Place {
  collection: string;
  after: string;
}

export interface Slice {
  /** Aggregates that were given to the outbox again. */
  filled: number;
  /** Absent at the end. */
  next?: Place;
}

/** Has the last event of at most `limit` documents sent again, under fresh ids and with the versions that they have. */
export async function refillSlice(store: Store, from: Place | undefined, limit: number): Promise<Slice> {
  const names = [...new Set(store.collections.map(({ name }) => name))].toSorted();
  const name = from?.collection ?? names[0];
  const collection = store.collections.find((c) => c.name === name);
  if (name === undefined || collection === undefined) return { filled: 0 };
  const { filled, next } = await collection.outbox.refill(from?.after ?? "", limit, randomUUID);
  if (next !== undefined) return { filled, next: { collection: name, after: next } };
  const following = names[names.indexOf(name) + 1];
  return { filled, ...(following !== undefined && { next: { collection: following, after: "" } }) };
}
