import { decode, encoded } from "../codec.ts";
import type { Filling } from "../filling.ts";
import type { Adapted } from "../guarded.ts";
import { valuesOf, type Layout } from "../layout.ts";
import { outboxFull } from "../outbox-limit.ts";
import type { CollectionSpec, ColumnKind, Document, FieldValue, Projection, StoredEvent, Where } from "../port.ts";
import { columnOf } from "../projection.ts";
import type { Client } from "./client.ts";
import type { AskedSql, Asks, FoundRow } from "./messages.ts";
import type { SqliteOutbox } from "./outbox.ts";
import type { Recent } from "./recent.ts";
import {
  columnName,
  columnValue,
  isImpossible,
  matchingSql,
  querySql,
  touchSql,
  versionSql,
  type Sql,
  type SqlValue,
} from "./query.ts";
import type { WrittenRow } from "./rows.ts";
import { shapeOf } from "../served.ts";

/** `count` stops here. */
const COUNTED = 10_000;

/** A collection as one table: states are encoded and fields computed here, the store's thread gets bytes and values. */
export function sqliteCollection<S, F extends string, C extends string>(
  { client, outbox, recent }: { client: Client; outbox: SqliteOutbox; recent: Recent },
  spec: CollectionSpec<S, F, C>,
  layout: Layout,
  filling: Filling,
): Adapted<S, F, C> {
  const name = spec.name;
  const values = sqlValuesOf(spec, layout);
  function row(id: string, version: number, state: S, event?: StoredEvent): WrittenRow {
    return { id, version, state: encoded(state as object), event: event && encoded(event), values: values(state) };
  }
  /** @param waiting how many events wait in its outbox now. */
  function written(row: WrittenRow, state: S, event: StoredEvent | undefined, waiting: number): Document<S> {
    const { id, version } = row;
    recent.keep([{ id, version, state: row.state }]);
    if (event !== undefined) outbox.appended(id, event, waiting === 1);
    return { id, version, state };
  }
  return {
    name,
    outbox,
    ...reads<S, F, C>(client, layout, filling, recent),
    async insert(id, state, event) {
      const stored = event && { ...event, version: 1 };
      const fresh = row(id, 1, state, stored);
      return write(client, "insert", { in: name, rows: [fresh] }, recent.writing([id]), (inserted) =>
        inserted === 1 ? written(fresh, state, stored, 1) : undefined,
      );
    },
    async insertMany(documents, { isBulk = false } = {}) {
      if (documents.length === 0) return 0;
      const rows = documents.map((d) => row(d.id, 1, d.state));
      const ended = recent.writing(rows.map(({ id }) => id));
      return write(client, "insert", { in: name, rows, isBulk }, ended, (inserted) => inserted);
    },
    async save({ id, version }, state, event) {
      const stored = event && { ...event, version: version + 1 };
      const newer = row(id, version + 1, state, stored);
      return write(client, "save", { in: name, row: newer }, recent.writing([id]), (saved) => {
        if (saved === "full") throw outboxFull(id);
        return saved === "refused" ? undefined : written(newer, state, stored, saved.waiting);
      });
    },
    remove: (...ids) => write(client, "remove", { in: name, ids }, recent.writing(ids), () => outbox.forget(ids)),
    async touch(where) {
      await filling.until(layout, { where });
      const ask = { ...touchSql(layout, where), mayWalk: isWalk(where) };
      return write(client, "touch", ask, recent.touching(), (touched) => touched);
    },
  };
}

/** Asks for a write; `ended` is called when it is answered, before anything is made of the answer. */
function write<N extends "insert" | "save" | "remove" | "touch", T>(
  client: Client,
  what: N,
  ask: Asks[N]["ask"],
  ended: () => void,
  made: (answer: Asks[N]["answer"]) => T,
): Promise<T> {
  const asked = client.ask(what, ask, (answer) => {
    ended();
    return made(answer);
  });
  asked.catch(ended);
  return asked;
}

function reads<S, F extends string, C extends string>(
  client: Client,
  layout: Layout,
  filling: Filling,
  recent: Recent,
): Pick<Adapted<S, F, C>, "load" | "find" | "count" | "project"> {
  const asked = (sql: Sql, where: Where<string> | undefined): AskedSql => ({ ...sql, mayWalk: isWalk(where) });
  function read(rows: readonly FoundRow[]): Document<S>[] {
    recent.keep(rows);
    return rows.map((row) => toDocument<S>(row));
  }
  return {
    async load(id) {
      const known = client.isClosed ? undefined : recent.get(id);
      if (known === null) return undefined;
      if (known !== undefined) return toDocument<S>({ ...known, state: known.state.slice() });
      return client.ask("load", { in: layout.name, id }, (row) => {
        if (row === undefined) recent.keepAbsent(id);
        return row && read([row])[0];
      });
    },
    async find(query) {
      await filling.until(layout, shapeOf(query));
      const sql = querySql(layout, ["t.id", `${versionSql(layout.name)} AS version`, "t.state"], query, query.limit);
      return client.ask("find", asked(sql, query.where), read);
    },
    async project({ limit = Number.MAX_SAFE_INTEGER, ...query }, wanted) {
      const names = Object.keys(wanted);
      await filling.until(layout, shapeOf(query, names));
      const selected = names.map((name) => columnName(layout, name));
      const sql = querySql(layout, selected.length === 0 ? ["1"] : selected, query, "? OFFSET ?");
      const kinds = names.map((name): ColumnKind => wanted[name as keyof typeof wanted] ?? "text");
      return client.ask("project", { ...asked(sql, query.where), kinds, limit }, ({ length, columns }) => {
        const read = columns.map((column, i) => [names[i], columnOf(column)]);
        return { length, columns: Object.fromEntries(read) } as Projection<string, typeof wanted>;
      });
    },
    async count(where) {
      await filling.until(layout, { where: where ?? {} });
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
