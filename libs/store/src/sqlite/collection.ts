import { encoded } from "../codec.ts";
import type { Filling } from "../filling.ts";
import type { Adapted } from "../guarded.ts";
import { valuesOf, type Layout } from "../layout.ts";
import { outboxFull } from "../outbox-limit.ts";
import type { CollectionSpec, Document, FieldValue, StoredEvent } from "../port.ts";
import type { Answers } from "./answers.ts";
import type { Client } from "./client.ts";
import type { SqliteOutbox } from "./outbox.ts";
import { columnValue, touchSql, type SqlValue } from "./query.ts";
import { isWalk, reads } from "./reads.ts";
import type { Recent } from "./recent.ts";
import type { WrittenRow } from "../thread/rows.ts";
import { write } from "./write.ts";

/** A collection as one table: states are encoded and fields computed here, the store's thread gets bytes and values. */
export function sqliteCollection<S, F extends string, C extends string>(
  { client, outbox, recent, answers }: { client: Client; outbox: SqliteOutbox; recent: Recent; answers: Answers },
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
  function writing(ended: () => void): () => void {
    const known = answers.writing();
    return () => (ended(), known());
  }
  return {
    name,
    outbox,
    ...reads<S, F, C>({ client, layout, filling, recent, answers }),
    async insert(id, state, event) {
      const stored = event && { ...event, version: 1 };
      const fresh = row(id, 1, state, stored);
      return write(client, "insert", { in: name, rows: [fresh] }, writing(recent.writing([id])), (inserted) =>
        inserted === 1 ? written(fresh, state, stored, 1) : undefined,
      );
    },
    async insertMany(documents, { isBulk = false } = {}) {
      if (documents.length === 0) return 0;
      const rows = documents.map((d) => row(d.id, 1, d.state));
      const ended = writing(recent.writing(rows.map(({ id }) => id)));
      return write(client, "insert", { in: name, rows, isBulk }, ended, (inserted) => inserted);
    },
    async save({ id, version }, state, event) {
      const stored = event && { ...event, version: version + 1 };
      const newer = row(id, version + 1, state, stored);
      return write(client, "save", { in: name, row: newer }, writing(recent.writing([id])), (saved) => {
        if (saved === "full") throw outboxFull(id);
        return saved === "refused" ? undefined : written(newer, state, stored, saved.waiting);
      });
    },
    remove: (...ids) =>
      write(client, "remove", { in: name, ids }, writing(recent.writing(ids)), () => outbox.forget(ids)),
    async touch(where) {
      await filling.until(layout, { where });
      const ask = { ...touchSql(layout, where), mayWalk: isWalk(where) };
      return write(client, "touch", ask, writing(recent.touching()), (touched) => touched);
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
