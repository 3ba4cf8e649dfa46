import type { DatabaseSync, StatementSync } from "node:sqlite";
import { gathering } from "../projection.ts";
import { prepared } from "./explained.ts";
import { Freezer } from "./freezer.ts";
import { freed } from "../sqlite/handed-over.ts";
import type { Ask, Asks, AskedSql, Name } from "../sqlite/messages.ts";
import { outboxRows } from "./outbox-rows.ts";
import { tableRows } from "./rows.ts";
import { openTable } from "./table.ts";

const MOST_STATEMENTS = 500;
/** Rows that `project` holds at a time: all of them at once take half the time of one after the other. */
const AT_A_TIME = 100_000;

type Doing<N extends Name> = { [K in N]: (ask: Asks[K]["ask"]) => Asks[K]["answer"] };

/**
 * Does what is asked of the store's thread, one at a time; transactions are the caller's.
 *
 * @param isFull whether writes are refused for want of room.
 */
export function engine(
  db: DatabaseSync,
  strict: boolean,
  { isFull, freezer }: { isFull: () => boolean; freezer: Freezer } = {
    isFull: () => false,
    freezer: new Freezer(db),
  },
): (ask: Ask) => unknown {
  const tables = new Map<string, Table>();
  function of({ in: name }: { in: string }): Table {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`${name} is not open`);
    return table;
  }
  const statements = statementsOf(db, strict);
  const doing: Doing<Name> = {
    open({ layout }) {
      // Statements over columns that are added now are prepared anew.
      statements.clear();
      const table = tableOf(db, layout);
      tables.set(layout.name, table);
      return table.missing;
    },
    ...sql((ask) => statements.of(ask)),
    ...documents(of),
    ...outboxes(of),
    ...fills(of),
    settle: () => freezer.settle() as undefined,
    freeze: () => freezer.freeze() as undefined,
    thaw: () => freezer.thaw(),
    optimize: () => db.exec("PRAGMA optimize") as undefined,
    ping: () => ({ isFull: isFull() }),
    close: () => undefined,
  };
  return (ask) => (doing[ask.do] as (ask: Ask) => unknown)(ask);
}

type Table = ReturnType<typeof tableOf>;
type Of = (ask: { in: string }) => Table;

function tableOf(db: DatabaseSync, layout: Parameters<typeof openTable>[1]) {
  const table = openTable(db, layout);
  return { ...table, rows: tableRows(db, layout), outbox: outboxRows(db, layout.name) };
}

function statementsOf(db: DatabaseSync, strict: boolean) {
  const statements = new Map<string, StatementSync>();
  return {
    clear: () => statements.clear(),
    of({ text, mayWalk }: AskedSql): StatementSync {
      let found = statements.get(text);
      if (found === undefined) {
        if (statements.size >= MOST_STATEMENTS) statements.clear();
        found = prepared(db, text, mayWalk, strict);
        statements.set(text, found);
      }
      return found;
    },
  };
}

function sql(statement: (ask: AskedSql) => StatementSync): Doing<"find" | "number" | "touch" | "project"> {
  return {
    find: (ask) => statement(ask).all(...ask.values) as never,
    number: (ask) => Number(Object.values(statement(ask).get(...ask.values) ?? {})[0]),
    touch: (ask) => Number(statement(ask).run(...ask.values).changes),
    project(ask) {
      const columns = ask.kinds.map((kind) => gathering(kind));
      const asked = statement(ask);
      asked.setReturnArrays(true);
      let length = 0;
      for (let isMore = true; isMore;) {
        const most = Math.min(AT_A_TIME, ask.limit - length);
        const rows = asked.all(...ask.values, most, length) as unknown as unknown[][];
        for (const row of rows) columns.forEach((column, i) => column.add(row[i]));
        length += rows.length;
        isMore = rows.length === AT_A_TIME && length < ask.limit;
      }
      return { length, columns: columns.map((column) => column.done()) };
    },
  };
}

function documents(of: Of): Doing<"load" | "insert" | "save" | "remove"> {
  return {
    load: (ask) => of(ask).rows.load(ask.id),
    insert(ask) {
      const inserted = ask.rows.filter((row) => of(ask).rows.insert(row)).length;
      if (ask.isBulk === true) freed(ask.rows);
      return inserted;
    },
    save: (ask) => of(ask).rows.save(ask.row),
    remove: (ask) => ask.ids.forEach((id) => of(ask).rows.remove(id)) as undefined,
  };
}

function outboxes(of: Of): Doing<"pending" | "outbox" | "taken" | "told" | "refill"> {
  return {
    pending: (ask) => of(ask).outbox.pending(ask.limit),
    outbox: (ask) => of(ask).outbox.read(ask.id),
    taken: (ask) => of(ask).outbox.remove(ask.id, ask.eventIds) as undefined,
    told: (ask) => of(ask).outbox.told(ask.after, ask.limit),
    refill: (ask) => of(ask).outbox.refill(ask.rows),
  };
}

function fills(of: Of): Doing<"unfilled" | "fill" | "filled" | "index"> {
  return {
    unfilled(ask) {
      if (ask.ids === undefined) return of(ask).unfilled(ask.after ?? "");
      return ask.ids.map((id) => of(ask).rows.load(id)).filter((row) => row !== undefined);
    },
    fill(ask) {
      const refused = ask.rows.filter((row) => !of(ask).rows.fill(row)).map(({ id }) => id);
      of(ask).filledUpTo(ask.after);
      return refused;
    },
    filled: (ask) => of(ask).filled() as undefined,
    index: (ask) => of(ask).makeIndex(ask.name) as undefined,
  };
}
