import type { Db, UpdateFilter } from "mongodb";
import { MongoBulkWriteError } from "mongodb";
import { isDuplicate } from "./errors.ts";
import { fillFields } from "./fields.ts";
import { createIndexes } from "./indexes.ts";
import { mongoOutbox } from "./outbox.ts";
import type { Filling } from "../filling.ts";
import type { Adapted } from "../guarded.ts";
import { valuesOf, type Layout } from "../layout.ts";
import { MAX_WAITING } from "../max-waiting.ts";
import { outboxFull } from "../outbox-limit.ts";
import { whereFilter } from "./query.ts";
import { mongoReads, type Reads } from "./reads.ts";
import type { Row } from "./row.ts";
import type { CollectionSpec, Document, OutboxEvent } from "../port.ts";

/** A collection with the declared indexes and one over what waits in outboxes. */
export async function mongoCollection<S, F extends string, C extends string>(
  db: Db,
  spec: CollectionSpec<S, F, C>,
  layout: Layout,
  isClosed: () => boolean,
): Promise<{ adapted: Adapted<S, F, C>; filling: Filling }> {
  const native = db.collection<Row<S>>(spec.name);
  await createIndexes(native, layout);
  const outbox = mongoOutbox(native);
  const computed = computedBy(spec, layout);
  const filling = await fillFields(db, native, layout, computed, isClosed);
  function row(id: string, state: S, event?: OutboxEvent): Row<S> {
    const stored = event === undefined ? undefined : { ...event, version: 1 };
    const events = stored === undefined ? {} : { lastEvent: stored, outbox: [stored] };
    return { _id: id, version: 1, state, ...computed(state), ...events };
  }
  function written(id: string, version: number, state: S, event?: OutboxEvent): Document<S> {
    if (event !== undefined) outbox.appended(id);
    return { id, version, state };
  }
  const reads: Reads<S, F, C> = mongoReads<S, F, C>(native, layout, filling);
  const adapted: Adapted<S, F, C> = {
    name: spec.name,
    outbox,
    ...reads,
    async insert(id, state, event) {
      try {
        await native.insertOne(row(id, state, event) as Parameters<typeof native.insertOne>[0]);
      } catch (error) {
        if (isDuplicate(error)) return undefined;
        throw error;
      }
      return written(id, 1, state, event);
    },
    async insertMany(documents) {
      if (documents.length === 0) return 0;
      const rows = documents.map(({ id, state }) => row(id, state)) as Parameters<typeof native.insertMany>[0];
      return insertedOf(() => native.insertMany(rows, { ordered: false }));
    },
    async save(document, state, event) {
      const version = document.version + 1;
      const stored = event === undefined ? undefined : { ...event, version };
      const set = { version, state, ...computed(state), ...(stored && { lastEvent: stored }) };
      const update = { $set: set, ...(stored && { $push: { outbox: stored } }) } as unknown as UpdateFilter<Row<S>>;
      const unchanged = { _id: document.id, version: document.version };
      const room = stored && { [`outbox.${MAX_WAITING - 1}`]: { $exists: false } };
      const { matchedCount } = await native.updateOne({ ...unchanged, ...room } as object, update);
      if (matchedCount === 1) return written(document.id, version, state, event);
      if (stored && (await native.countDocuments(unchanged as object)) === 1) throw outboxFull(document.id);
      return undefined;
    },
    remove: async (...ids) => void (await native.deleteMany({ _id: { $in: ids } } as object)),
    async touch(where) {
      await filling.until(layout, { where });
      return (await native.updateMany(whereFilter<S>(where), { $inc: { version: 1 } } as object)).modifiedCount;
    },
  };
  return { adapted, filling };
}

function computedBy<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>, layout: Layout) {
  const values = valuesOf(spec, layout);
  return (state: S): Pick<Row<S>, "fields" | "columns"> => {
    const { fields, columns, many } = values(state);
    const several = many.map((some, i) => [layout.many[i], some] as const).filter(([, some]) => some.length > 0);
    return {
      fields: Object.fromEntries([...fields.map((value, i) => [layout.fields[i], value] as const), ...several]),
      ...(columns.length > 0 && { columns: Object.fromEntries(columns.map((value, i) => [layout.columns[i], value])) }),
    };
  };
}

async function insertedOf(insert: () => Promise<{ insertedCount: number }>): Promise<number> {
  try {
    return (await insert()).insertedCount;
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
    const refused = [error.writeErrors].flat();
    // The driver wraps whatever else went wrong (a cut line, a primary that stepped down) in the same error.
    if (refused.length === 0) throw (error.errorResponse as unknown) instanceof Error ? error.errorResponse : error;
    if (!refused.every((write) => write.code === 11_000)) throw error;
    return error.insertedCount;
  }
}
