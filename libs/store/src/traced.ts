import { failpoint } from "@ntd/service";
import type { Collection } from "./port.ts";

/** The places between load, save and remove-from-outbox where a test may kill the process; the same for each adapter. */
export function withFailpoints<S, F extends string>(collection: Collection<S, F>): Collection<S, F> {
  const { name, outbox } = collection;
  async function passing<T>(point: string, work: Promise<T>): Promise<T> {
    const result = await work;
    failpoint(`store.${point}.${name}`);
    return result;
  }
  return {
    name,
    load: (id) => passing("loaded", collection.load(id)),
    insert: (id, state, event) => passing("saved", collection.insert(id, state, event)),
    insertMany: (documents) => passing("saved", collection.insertMany(documents)),
    save: (document, state, event) => passing("saved", collection.save(document, state, event)),
    remove: (...ids) => passing("removed", collection.remove(...ids)),
    find: (query) => collection.find(query),
    count: (where) => collection.count(where),
    outbox: {
      pending: (limit) => outbox.pending(limit),
      read: (id) => outbox.read(id),
      removeEvents: (id, eventIds) => passing("outbox-removed", outbox.removeEvents(id, eventIds)),
      refill: (freshId) => outbox.refill(freshId),
      onAppend: (listener) => outbox.onAppend(listener),
    },
  };
}
