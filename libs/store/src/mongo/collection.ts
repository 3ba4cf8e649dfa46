import type { Collection as Native, Db, UpdateFilter } from "mongodb";
import { MongoBulkWriteError } from "mongodb";
import { isDuplicate } from "./errors.ts";
import { fillFields } from "./fields.ts";
import { mongoOutbox } from "./outbox.ts";
import { MAX_WAITING, outboxFull } from "../outbox-limit.ts";
import { queryFilter, whereFilter } from "./query.ts";
import type { Row } from "./row.ts";
import type { Collection, CollectionSpec, Document, FieldValue, OutboxEvent } from "../port.ts";

/** A collection with an index for each declared field and one over what waits in outboxes. */
export async function mongoCollection<S, F extends string>(
  db: Db,
  spec: CollectionSpec<S, F>,
): Promise<Collection<S, F>> {
  const native = db.collection<Row<S>>(spec.name);
  await createIndexes(native, Object.keys(spec.fields));
  const outbox = mongoOutbox(native);
  const declared = Object.entries(spec.fields) as [F, (state: S) => FieldValue | undefined][];
  const fieldsOf = (state: S) => Object.fromEntries(declared.map(([field, value]) => [field, value(state)]));
  await fillFields(
    db,
    native,
    declared.map(([field]) => field),
    fieldsOf,
  );
  function row(id: string, state: S, event?: OutboxEvent): Row<S> {
    const stored = event === undefined ? undefined : { ...event, version: 1 };
    const events = stored === undefined ? {} : { lastEvent: stored, outbox: [stored] };
    return { _id: id, version: 1, state, fields: fieldsOf(state), ...events };
  }
  function written(id: string, version: number, state: S, event?: OutboxEvent): Document<S> {
    if (event !== undefined) outbox.appended(id);
    return { id, version, state };
  }
  return {
    name: spec.name,
    outbox,
    ...reads<S, F>(native),
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
      const set = { version, state, fields: fieldsOf(state), ...(stored && { lastEvent: stored }) };
      const update = { $set: set, ...(stored && { $push: { outbox: stored } }) } as unknown as UpdateFilter<Row<S>>;
      const unchanged = { _id: document.id, version: document.version };
      const room = stored && { [`outbox.${MAX_WAITING - 1}`]: { $exists: false } };
      const { matchedCount } = await native.updateOne({ ...unchanged, ...room } as object, update);
      if (matchedCount === 1) return written(document.id, version, state, event);
      if (stored && (await native.countDocuments(unchanged as object)) === 1) throw outboxFull(document.id);
      return undefined;
    },
    async remove(...ids) {
      await native.deleteMany({ _id: { $in: ids } } as object);
    },
  };
}

function reads<S, F extends string>(native: Native<Row<S>>): Pick<Collection<S, F>, "load" | "find" | "count"> {
  return {
    async load(id) {
      const found = await native.findOne({ _id: id } as object);
      return found === null ? undefined : toDocument<S>(found as Row<S>);
    },
    async find(query) {
      const { filter, sort } = queryFilter<S>(query);
      const rows = await native.find(filter).sort(sort).limit(query.limit).toArray();
      return rows.map((found) => toDocument<S>(found as Row<S>));
    },
    count: (where) => native.countDocuments(whereFilter<S>(where)),
  };
}

function toDocument<S>({ _id: id, version, state }: Row<S>): Document<S> {
  return { id, version, state };
}

async function createIndexes<S>(native: Native<Row<S>>, fields: readonly string[]): Promise<void> {
  const declared = fields.map((field) => ({ key: { [`fields.${field}`]: 1, _id: 1 } as Record<string, 1> }));
  await native.createIndexes([...declared, { key: { "outbox.id": 1 }, sparse: true }]);
}

async function insertedOf(insert: () => Promise<{ insertedCount: number }>): Promise<number> {
  try {
    return (await insert()).insertedCount;
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
    if (![error.writeErrors].flat().every((write) => write.code === 11_000)) throw error;
    return error.insertedCount;
  }
}
