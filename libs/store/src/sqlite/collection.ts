import { decode, encode } from "../codec.ts";
import type { Filling } from "../filling.ts";
import type { Adapted } from "../guarded.ts";
import { valuesOf, type Layout } from "../layout.ts";
import { outboxFull } from "../outbox-limit.ts";
import type { CollectionSpec, ColumnKind, Document, FieldValue, OutboxEvent, Projection, Where } from "../port.ts";
import { columnOf } from "../projection.ts";
import type { Client } from "./client.ts";
import type { AskedSql, FoundRow } from "./messages.ts";
import { sqliteOutbox } from "./outbox.ts";
import {
  columnName,
  columnValue,
  isImpossible,
  matchingSql,
  querySql,
  touchSql,
  type Sql,
  type SqlValue,
} from "./query.ts";
import type { Saved, WrittenRow } from "./rows.ts";

/** `count` stops here. */
const COUNTED = 10_000;

/** A collection as one table: states are encoded and fields computed here, the store's thread gets bytes and values. */
export function sqliteCollection<S, F extends string, C extends string>(
  client: Client,
  spec: CollectionSpec<S, F, C>,
  layout: Layout,
  filling: Filling,
): Adapted<S, F, C> {
  const name = spec.name;
  const values = sqlValuesOf(spec, layout);
  const outbox = sqliteOutbox(client, name);
  function row(id: string, version: number, state: S, event?: OutboxEvent): WrittenRow {
    const stored = event && encode({ ...event, version });
    return { id, version, state: encode(state as object), event: stored, values: values(state) };
  }
  function written(id: string, version: number, state: S, event?: OutboxEvent): Document<S> {
    if (event !== undefined) outbox.appended(id);
    return { id, version, state };
  }
  return {
    name,
    outbox,
    ...reads<S, F, C>(client, layout, filling),
    insert: async (id, state, event) =>
      client.ask("insert", { in: name, rows: [row(id, 1, state, event)] }, (inserted) =>
        inserted === 1 ? written(id, 1, state, event) : undefined,
      ),
    async insertMany(documents, { isBulk = false } = {}) {
      if (documents.length === 0) return 0;
      return client.ask("insert", { in: name, rows: documents.map((d) => row(d.id, 1, d.state)), isBulk });
    },
    save: async ({ id, version }, state, event) =>
      client.ask("save", { in: name, row: row(id, version + 1, state, event) }, (saved: Saved) => {
        if (saved === "full") throw outboxFull(id);
        return saved === "saved" ? written(id, version + 1, state, event) : undefined;
      }),
    remove: (...ids) => client.ask("remove", { in: name, ids }),
    async touch(where) {
      await filling.until(layout, where);
      return client.ask("touch", { ...touchSql(layout, where), mayWalk: isWalk(where) });
    },
  };
}

function reads<S, F extends string, C extends string>(
  client: Client,
  layout: Layout,
  filling: Filling,
): Pick<Adapted<S, F, C>, "load" | "find" | "count" | "project"> {
  const asked = (sql: Sql, where: Where<string> | undefined): AskedSql => ({ ...sql, mayWalk: isWalk(where) });
  return {
    load: (id) => client.ask("load", { in: layout.name, id }, (row) => row && toDocument<S>(row)),
    async find(query) {
      await filling.until(layout, query.where, query.orderBy);
      const sql = querySql(layout, ["t.id", "t.version", "t.state"], query, query.limit);
      return client.ask("find", asked(sql, query.where), (rows) => rows.map((row) => toDocument<S>(row)));
    },
    async project({ limit = -1, ...query }, wanted) {
      const names = Object.keys(wanted);
      await filling.until(layout, query.where, query.orderBy, names);
      const selected = names.map((name) => columnName(layout, name));
      const sql = querySql(layout, selected.length === 0 ? ["1"] : selected, query, limit);
      const kinds = names.map((name): ColumnKind => wanted[name as keyof typeof wanted] ?? "text");
      return client.ask("project", { ...asked(sql, query.where), kinds }, ({ length, columns }) => {
        const read = columns.map((column, i) => [names[i], columnOf(column)]);
        return { length, columns: Object.fromEntries(read) } as Projection<string, typeof wanted>;
      });
    },
    async count(where) {
      await filling.until(layout, where);
      const { text, values } = matchingSql(layout, "1", where);
      const counting = { text: `SELECT count(*) AS n FROM (${text} LIMIT ${COUNTED + 1})`, values };
      return client.ask("number", asked(counting, where), (found) => ({
        count: Math.min(found, COUNTED),
        isMore: found > COUNTED,
      }));
    },
  };
}

/** The values of a state's fields and columns, as they stand in their columns. */
export function sqlValuesOf<S, F extends string, C extends string>(spec: CollectionSpec<S, F, C>, layout: Layout) {
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

function toDocument<S>({ id, version, state }: FoundRow): Document<S> {
  return { id, version, state: decode<S>(state) };
}
