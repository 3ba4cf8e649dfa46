import type { Collection as Native, Db } from "mongodb";
import { Problem } from "@ntd/service";
import { filling, type Filling } from "../filling.ts";
import type { Layout } from "../layout.ts";
import type { Row } from "./row.ts";

interface Note {
  _id: string;
  /** What every document has. */
  fields?: string[];
  /** What is being filled in, and the document up to which it is. */
  filling?: { fields: string[]; after: string };
}

type Computed<S> = (state: S) => Pick<Row<S>, "fields" | "columns">;

const PAGE = 200;

/**
 * Fills in fields and columns that were declared later, a page at a time in the background, and notes how far it is: cut
 * off, it goes on there. A document that is written meanwhile has its fields from its writer. A replica of an earlier
 * release that still runs writes documents without them: the last one is stopped before the first new one starts.
 */
export async function fillFields<S>(
  db: Db,
  native: Native<Row<S>>,
  layout: Layout,
  computed: Computed<S>,
  isClosed: () => boolean,
): Promise<Filling> {
  const notes = db.collection<Note>("_declared_fields");
  const _id = native.collectionName;
  const note = await notes.findOne({ _id });
  const declared = [...layout.fields, ...layout.many, ...layout.columns.map((column) => `columns.${column}`)];
  const known = (note?.fields ?? []).filter((field) => declared.includes(field));
  const names = declared.filter((field) => !known.includes(field));
  const isEmpty = names.length > 0 && (await native.findOne({}, { projection: { _id: 1 } })) === null;
  // What this release does not declare it does not write: a later one that does must fill it in again.
  if (known.length < (note?.fields ?? []).length) await notes.updateOne({ _id }, { $set: { fields: known } });
  const isDone = () =>
    notes.updateOne({ _id }, { $set: { fields: declared }, $unset: { filling: 1 } }, { upsert: true });
  if (isEmpty) await isDone();
  async function work(): Promise<void> {
    const begun = (await notes.findOne({ _id }))?.filling;
    let after = begun?.fields.join() === names.join() ? begun.after : "";
    for (;;) {
      if (isClosed()) throw new Problem("STORE_UNAVAILABLE", "The store was closed while fields were filled in.");
      const projection = { version: 1, state: 1 };
      const found = native.find({ _id: { $gt: after } } as object, { projection, batchSize: PAGE + 1 });
      const rows = (await found.sort({ _id: 1 }).limit(PAGE).toArray()) as unknown as Row<S>[];
      const last = rows.at(-1);
      if (last === undefined) break;
      await Promise.all(rows.map((row) => fillOne(native, computed, row)));
      after = last._id;
      await notes.updateOne({ _id }, { $set: { filling: { fields: names, after } } }, { upsert: true });
    }
    await isDone();
  }
  const lacking = { names: names.map((name) => name.replace(/^columns\./, "")), isIndexLacking: () => false };
  return filling(lacking, names.length === 0 || isEmpty ? undefined : work, isClosed);
}

async function fillOne<S>(native: Native<Row<S>>, computed: Computed<S>, row: Row<S>): Promise<void> {
  for (let now: Row<S> | null = row; now !== null;) {
    const { _id, version, state }: Row<S> = now;
    const set = { $set: computed(state) } as object;
    if ((await native.updateOne({ _id, version } as object, set)).matchedCount === 1) return;
    now = (await native.findOne({ _id } as object)) as unknown as Row<S> | null;
  }
}
