import type { Collection as Native } from "mongodb";
import type { Layout } from "../layout.ts";
import type { Row } from "./row.ts";

/** Makes what the layout declares and drops indexes of ours that are no longer declared. */
export async function createIndexes<S>(native: Native<Row<S>>, layout: Layout): Promise<void> {
  const several = layout.many.map((field) => ({ fields: [field], covers: [] }));
  const keys = [...layout.indexes, ...several].map(({ fields, covers }) => keyOf(layout, fields, covers));
  await native.createIndexes([...keys.map((key) => ({ key })), { key: { "outbox.id": 1 }, sparse: true }]);
  const wanted = new Set(keys.map((key) => JSON.stringify(key)));
  for (const { name, key } of await native.indexes()) {
    const isOurs = Object.keys(key).every((path) => path === "_id" || /^(fields|columns)\./.test(path));
    const isDeclared = Object.keys(key).length === 1 || wanted.has(JSON.stringify(key));
    if (name !== undefined && isOurs && !isDeclared) await native.dropIndex(name);
  }
}

function keyOf(layout: Layout, fields: readonly string[], covers: readonly string[]): Record<string, 1> {
  const covered = covers.map((name) => (layout.fields.includes(name) ? `fields.${name}` : `columns.${name}`));
  return Object.fromEntries([...fields.map((field) => `fields.${field}`), "_id", ...covered].map((path) => [path, 1]));
}
