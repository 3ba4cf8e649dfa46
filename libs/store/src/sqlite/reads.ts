import { decode } from "../codec.ts";
import type { Filling } from "../filling.ts";
import type { Adapted } from "../guarded.ts";
import type { Layout } from "../layout.ts";
import type { ColumnKind, Document, Projection, Where } from "../port.ts";
import { columnOf } from "../projection.ts";
import { shapeOf } from "../served.ts";
import { behind, questionOf, type Answers, type Asked, type Known, type Question } from "./answers.ts";
import type { Client } from "./client.ts";
import type { AskedSql, Asks, FoundRow } from "./messages.ts";
import { columnName, isImpossible, matchingSql, querySql, versionSql, type Sql } from "./query.ts";
import type { Recent } from "./recent.ts";

export interface Readers {
  client: Client;
  layout: Layout;
  filling: Filling;
  recent: Recent;
  answers: Answers;
}

type Projected = Asks["project"]["answer"];

/** A longer answer is no look at what is due. */
const A_FEW = 8;
/** `count` stops here. */
const COUNTED = 10_000;

/** What is read of a table: by the store's thread, or from what it answered before. */
export function reads<S, F extends string, C extends string>(
  of: Readers,
): Pick<Adapted<S, F, C>, "load" | "find" | "count" | "project"> {
  const { client, layout, filling, recent, answers } = of;
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
      const question = client.isClosed ? undefined : questionOf(query);
      const known = question && answers.of<readonly []>(question);
      if (question && known && !(await isOver(of, query, question, known))) return [...known.answer];
      const sql = querySql(layout, ["t.id", `${versionSql(layout.name)} AS version`, "t.state"], query, query.limit);
      return client.ask("find", asked(sql, query.where), (rows) => {
        if (question && rows.length === 0) answers.keep(question, []);
        return read(rows);
      });
    },
    project: projecting<F, C>(of),
    count: counting(of),
  };
}

function projecting<F extends string, C extends string>(of: Readers): Adapted<unknown, F, C>["project"] {
  const { client, layout, filling, answers } = of;
  return async (query, wanted) => {
    const names = Object.keys(wanted);
    await filling.until(layout, shapeOf(query, names));
    const made = ({ length, columns }: Projected) => {
      const read = columns.map((column, i) => [names[i], columnOf(column)]);
      return { length, columns: Object.fromEntries(read) } as Projection<string, typeof wanted>;
    };
    const question = client.isClosed ? undefined : questionOf(query, wanted);
    const known = question && answers.of<Projected>(question);
    if (question && known && !(await isOver(of, query, question, known))) return made(copied(known.answer));
    const selected = names.map((name) => columnName(layout, name));
    const sql = querySql(layout, selected.length === 0 ? ["1"] : selected, query, "? OFFSET ?");
    const kinds = names.map((name): ColumnKind => wanted[name as keyof typeof wanted] ?? "text");
    const { limit = Number.MAX_SAFE_INTEGER } = query;
    return client.ask("project", { ...asked(sql, query.where), kinds, limit }, (answer) => {
      const isShort = answer.length <= (question?.due === undefined ? A_FEW : 0);
      if (question && isShort) answers.keep(question, copied(answer));
      return made(answer);
    });
  };
}

function counting<F extends string>({ client, layout, filling }: Readers): Adapted<unknown, F, never>["count"] {
  return async (where) => {
    await filling.until(layout, { where: where ?? {} });
    const { text, values } = matchingSql(layout, "1", where);
    const counting = { text: `SELECT count(*) AS n FROM (${text} LIMIT ${COUNTED + 1})`, values };
    return client.ask("number", asked(counting, where), (found) => ({
      count: Math.min(found, COUNTED),
      isMore: found > COUNTED,
    }));
  };
}

/** Whether something stands by now up to the bound of what found nothing. */
async function isOver(
  { client, layout, answers }: Readers,
  query: Asked,
  question: Question,
  { answer, unless }: Known<unknown>,
): Promise<boolean> {
  if (unless === undefined) return false;
  const next = behind(query, unless);
  const sql = querySql(layout, [columnName(layout, unless.field)], next, "? OFFSET ?");
  const first = { ...asked(sql, next.where), kinds: ["number" as const], limit: 1 };
  return client.ask("project", first, ({ columns: [found] }) => {
    const below = (found && (columnOf(found) as Float64Array)[0]) ?? Infinity;
    answers.keep(question, answer, below);
    return question.due !== undefined && below <= question.due.at;
  });
}

function asked(sql: Sql, where: Where<string> | undefined): AskedSql {
  return { ...sql, mayWalk: isWalk(where) };
}

// Of text and numbers: no caller's change of what it got is another's answer.
function copied({ length, columns }: Projected): Projected {
  return { length, columns: columns.map((column) => (Array.isArray(column) ? [...column] : structuredClone(column))) };
}

// Asked nothing, or nothing that can be: walking in the order of an index is no scan.
export function isWalk(where: Where<string> = {}): boolean {
  return isImpossible(where) || Object.values(where).every((condition) => condition === undefined);
}

function toDocument<S>({ id, version, state }: FoundRow): Document<S> {
  return { id, version, state: decode<S>(state) };
}
