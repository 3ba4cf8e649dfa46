import type { Collection as Native } from "mongodb";
import type { Row } from "./row.ts";
import type { Outbox } from "../port.ts";

/** The `outbox` array of a collection's documents. */
export function mongoOutbox<S>(native: Native<Row<S>>): Outbox & { appended(documentId: string): void } {
  const listeners: ((documentId: string) => void)[] = [];
  return {
    async pending(limit) {
      const waiting = native.find({ "outbox.id": { $gt: "" } } as object, { projection: { _id: 1 }, limit });
      return (await waiting.toArray()).map((row) => String(row._id));
    },
    async read(documentId) {
      const row = await native.findOne({ _id: documentId } as object, { projection: { outbox: 1 } });
      return (row as Row<S> | null)?.outbox ?? [];
    },
    async removeEvents(documentId, eventIds) {
      const pull = { $pull: { outbox: { id: { $in: [...eventIds] } } } } as object;
      await native.updateOne({ _id: documentId } as object, pull);
    },
    async refill(after, limit, freshId) {
      const told = native.find({ _id: { $gt: after }, "lastEvent.id": { $gt: "" } } as object, {
        projection: { lastEvent: 1, outbox: 1 },
        sort: { _id: 1 },
        limit,
      });
      const rows = (await told.toArray()) as unknown as Row<S>[];
      let filled = 0;
      for (const { _id, lastEvent, outbox } of rows) {
        if (lastEvent === undefined || (outbox?.length ?? 0) > 0) continue;
        const unchanged = { _id, "lastEvent.id": lastEvent.id, "outbox.id": { $exists: false } } as object;
        const push = { $push: { outbox: { ...lastEvent, id: freshId() } } } as object;
        filled += (await native.updateOne(unchanged, push)).modifiedCount;
      }
      return { filled, ...(rows.length === limit && { next: String(rows.at(-1)?._id) }) };
    },
    onAppend: (listener) => void listeners.push(listener),
    appended: (documentId) => listeners.forEach((listener) => listener(documentId)),
  };
}
