import { failpoint } from "@ntd/service";
import { layoutOf } from "./layout.ts";
import { pagesOf } from "./pages.ts";
import type { Collection, CollectionSpec, Where } from "./port.ts";
import { strictly } from "./strict.ts";

/** Runs a call of the database; rejects with STORE_UNAVAILABLE when the database did not do its part. */
export type Answered = <T>(call: () => Promise<T>) => Promise<T>;

/** What an adapter makes of a collection; the rest is the same on all. */
export type Adapted<S, F extends string, C extends string> = Omit<Collection<S, F, C>, "pages">;

/**
 * What both adapters have around each call: the database's failures as problems, and the places between load, save and
 * remove-from-outbox where a test may kill the process.
 */
export function guarded<S, F extends string, C extends string>(
  spec: CollectionSpec<S, F, C>,
  collection: Adapted<S, F, C>,
  answered: Answered,
): Collection<S, F, C> {
  const { name, outbox } = collection;
  async function passing<T>(point: string, call: () => Promise<T>): Promise<T> {
    const result = await answered(call);
    failpoint(`store.${point}.${name}`);
    return result;
  }
  const layout = layoutOf(spec);
  const strict = strictly(process.env["NTD_STORE_QUERIES"]);
  async function served<T>(where: Where<F> | undefined, order: string | undefined, call: () => Promise<T>): Promise<T> {
    strict?.(layout, { where: where ?? {}, order });
    return answered(call);
  }
  const find: Collection<S, F>["find"] = (query) =>
    served(query.where, query.orderBy ?? "id", () => collection.find(query));
  return {
    name,
    load: (id) => passing("loaded", () => collection.load(id)),
    insert: (id, state, event) => passing("saved", () => collection.insert(id, state, event)),
    insertMany: (documents, options) => passing("saved", () => collection.insertMany(documents, options)),
    save: (document, state, event) => passing("saved", () => collection.save(document, state, event)),
    remove: (...ids) => passing("removed", () => collection.remove(...ids)),
    touch: (where) => served(where, undefined, () => passing("touched", () => collection.touch(where))),
    find,
    pages: (query, size) => pagesOf<S, F>(find, spec.fields, query, size),
    project: (query, columns) => served(query.where, query.orderBy ?? "id", () => collection.project(query, columns)),
    count: (where) => served(where, undefined, () => collection.count(where)),
    outbox: {
      pending: (limit) => answered(() => outbox.pending(limit)),
      read: (id) => answered(() => outbox.read(id)),
      removeEvents: (id, eventIds) => passing("outbox-removed", () => outbox.removeEvents(id, eventIds)),
      refill: (after, limit, freshId) => answered(() => outbox.refill(after, limit, freshId)),
      onAppend: (listener) => outbox.onAppend(listener),
    },
  };
}
