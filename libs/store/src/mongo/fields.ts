import type { Collection as Native, Db } from "mongodb";
import type { Layout } from "../layout.ts";
import type { Row } from "./row.ts";

/**
 * Fills in fields and columns that were declared later, in the documents that are there, and notes that it is done. Cut
 * off, it begins again; a document that is written meanwhile has its fields from its writer. During a rolling upgrade an
 * old replica writes documents without the new field: open the collection again once the last one is gone.
 */
export async function fillFields<S>(
  db: Db,
  native: Native<Row<S>>,
  layout: Layout,
  computed: (state: S) => Pick<Row<S>, "fields" | "columns">,
): Promise<void> {
  const notes = db.collection<{ _id: string; fields: string[] }>("_declared_fields");
  const note = await notes.findOne({ _id: native.collectionName });
  const declared = [...layout.fields, ...layout.many, ...layout.columns.map((column) => `columns.${column}`)];
  if (declared.every((field) => note?.fields.includes(field))) return;
  for await (const row of native.find({}, { projection: { version: 1, state: 1 } })) {
    const { _id, version, state } = row as unknown as Row<S>;
    await native.updateOne({ _id, version } as object, { $set: computed(state) } as object);
  }
  await notes.updateOne({ _id: native.collectionName }, { $set: { fields: declared } }, { upsert: true });
}
