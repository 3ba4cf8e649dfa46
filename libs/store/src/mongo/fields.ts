import type { Collection as Native, Db } from "mongodb";
import type { Row } from "./row.ts";
import type { FieldValue } from "../port.ts";

/**
 * Fills in fields that were declared later, in the documents that are there, and notes that it is done. Cut off, it
 * begins again; a document that is written meanwhile has its fields from its writer. During a rolling upgrade an old
 * replica writes documents without the new field: open the collection again once the last one is gone.
 */
export async function fillFields<S>(
  db: Db,
  native: Native<Row<S>>,
  declared: readonly string[],
  fieldsOf: (state: S) => Record<string, FieldValue | undefined>,
): Promise<void> {
  const notes = db.collection<{ _id: string; fields: string[] }>("_declared_fields");
  const note = await notes.findOne({ _id: native.collectionName });
  if (declared.every((field) => note?.fields.includes(field))) return;
  for await (const row of native.find({}, { projection: { version: 1, state: 1 } })) {
    const { _id, version, state } = row as unknown as Row<S>;
    await native.updateOne({ _id, version } as object, { $set: { fields: fieldsOf(state) } } as object);
  }
  await notes.updateOne({ _id: native.collectionName }, { $set: { fields: [...declared] } }, { upsert: true });
}
