import type { DatabaseSync } from "node:sqlite";
import { decode, encode } from "../codec.ts";
import type { Adapted } from "../guarded.ts";
import { layoutOf, valuesOf, type Layout } from "../layout.ts";
import { outboxFull } from "../outbox-limit.ts";
import type { CollectionSpec, Document, FieldValue, OutboxEvent, Projection, Where } from "../port.ts";
import { columnOf, gathering } from "../projection.ts";
import { sqliteOutbox } from "./outbox.ts";
import { columnName, columnValue, isImpossible, matchingSql, querySql, type SqlValue } from "./query.ts";
import { tableRows } from "./rows.ts";
import { createTable } from "./table.ts";
import { prepared } from "./explained.ts";
import { inTransaction } from "./transaction.ts";

/** `count` stops here. */
const COUNTED = 10_000;

/** A collection as one table: id, version, state as BSON, the outbox in the same row, a column for each declared field. */
export function sqliteCollection<S, F extends string, C extends string>(
  db: DatabaseSync,
  spec: CollectionSpec<S, F, C>,
): Adapted<S, F, C> {
  const layout = layoutOf(spec);
  const values = sqlValuesOf(spec, layout);
  createTable(db, layout, (state) => values(decode<S>(state)));
  const rows = tableRows(db, layout);
  const outbox = sqliteOutbox(db, `"${spec.name}"`);

  function row(id: string, version: number, state: S, event?: OutboxEvent) {
    const stored = event && encode({ ...event, version });
    return { id, version, state: encode(state as object), event: stored, values: values(state) };
  }
  function written(id: string, version: number, state: S, event?: OutboxEvent): Document<S> {
    if (event !== undefined) outbox.appended(id);
    return { id, version, state };
  }
  return {
    name: spec.name,
    outbox,
    ...reads<S, F, C>(db, layout),
    async insert(id, state, event) {
      const inserted = inTransaction(db, () => rows.insert(row(id, 1, state, event)));
      return inserted ? written(id, 1, state, event) : undefined;
    },
    async insertMany(documents) {
      return inTransaction(db, () => documents.filter(({ id, state }) => rows.insert(row(id, 1, state))).length);
    },
    async save({ id, version }, state, event) {
      const saved = inTransaction(db, () => rows.save(row(id, version + 1, state, event)));
      if (saved === "full") throw outboxFull(id);
      return saved === "saved" ? written(id, version + 1, state, event) : undefined;
    },
    async remove(...ids) {
      inTransaction(db, () => ids.forEach((id) => rows.remove(id)));
    },
    async touch(where) {
      const { text, values: asked } = matchingSql(layout, "t.id", where);
      const raise = `UPDATE "${spec.name}" SET version = version + 1 WHERE id IN (${text})`;
      const update = prepared(db, raise, isWalk(where));
      return Number(update.run(...asked).changes);
    },
  };
}

function reads<S, F extends string, C extends string>(
  db: DatabaseSync,
  layout: Layout,
): Pick<Adapted<S, F, C>, "load" | "find" | "count" | "project"> {
  const selectRow = db.prepare(`SELECT id, version, state FROM "${layout.name}" WHERE id = ?`);
  return {
    async load(id) {
      const row = selectRow.get(id);
      return row === undefined ? undefined : toDocument<S>(row as unknown as Row);
    },
    async find(query) {
      const { text, values } = querySql(layout, ["t.id", "t.version", "t.state"], query, query.limit);
      const rows = prepared(db, text, isWalk(query.where)).all(...values);
      return rows.map((row) => toDocument<S>(row as unknown as Row));
    },
    async project({ limit = -1, ...query }, asked) {
      const names = Object.keys(asked);
      const selected = names.map((name) => columnName(layout, name));
      const { text, values } = querySql(layout, selected.length === 0 ? ["1"] : selected, query, limit);
      const columns = names.map((name) => gathering(asked[name as keyof typeof asked] ?? "text"));
      const statement = prepared(db, text, isWalk(query.where));
      statement.setReturnArrays(true);
      let length = 0;
      for (const row of statement.iterate(...values) as Iterable<unknown>) {
        length++;
        columns.forEach((column, i) => column.add((row as unknown[])[i]));
      }
      const read = columns.map((column, i) => [names[i], columnOf(column.done())]);
      return { length, columns: Object.fromEntries(read) } as Projection<string, typeof asked>;
    },
    async count(where) {
      const { text, values } = matchingSql(layout, "1", where);
      const counting = `SELECT count(*) AS n FROM (${text} LIMIT ${COUNTED + 1})`;
      const statement = prepared(db, counting, isWalk(where));
      const found = Number(statement.get(...values)?.["n"]);
      return { count: Math.min(found, COUNTED), isMore: found > COUNTED };
    },
  };
}

function sqlValuesOf<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>, layout: Layout) {
  const computed = valuesOf(spec, layout);
  return (state: S): (SqlValue | null)[] => {
    const { fields, columns, many } = computed(state);
    return [...fields.map(columnValue), ...columns.map(columnValue), ...many.map(jsonOf)];
  };
}

// NULL when there are none, so that most documents cost nothing.
function jsonOf(values: readonly FieldValue[]): string | null {
  return values.length === 0 ? null : JSON.stringify([...new Set(values.map(columnValue))]);
}

// Asked nothing, or nothing that can be: walking in the order of an index is no scan.
function isWalk(where: Where<string> = {}): boolean {
  return isImpossible(where) || Object.values(where).every((condition) => condition === undefined);
}

interface Row {
  id: string;
  version: number;
  state: Uint8Array;
}

function toDocument<S>({ id, version, state }: Row): Document<S> {
  return { id, version, state: decode<S>(state) };
}
