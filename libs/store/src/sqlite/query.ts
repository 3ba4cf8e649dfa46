import type { Layout } from "../layout.ts";
import type { ColumnValue, Condition, FieldValue, Query } from "../port.ts";
import { isRange, isSet, MERGED, servedBy, type Index, type Range } from "../served.ts";

export type SqlValue = string | number | Uint8Array;
export interface Sql {
  text: string;
  values: SqlValue[];
}

type Asked = Omit<Query<string>, "limit">;

/** How a value stands in its column: dates as milliseconds, booleans as 0 and 1. */
export function columnValue(value: ColumnValue | undefined): SqlValue | null {
  if (value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  return typeof value === "boolean" ? Number(value) : value;
}

const bound = (value: FieldValue) => columnValue(value) as SqlValue;

/** The side table of a field of several values: (value, id). */
export const sideTable = (collection: string, field: string) => `"${collection}.${field}"`;

/** How often `touch` raised the version of a document since it was written: (id, times). */
export const touchedTable = (collection: string) => `"${collection}:touched"`;

/** The version of row `t`: that of its last write, and what `touch` added since. */
export function versionSql(collection: string): string {
  return `(t.version + ${raisedSql(collection)})`;
}

/** How much the version of row `t` rose since its last write. */
export function raisedSql(collection: string): string {
  return `ifnull((SELECT times FROM ${touchedTable(collection)} AS v WHERE v.id = t.id), 0)`;
}

/** What stands in a SELECT for a declared field or column, "id" or "version". */
export function columnName({ name: layoutName, fields, columns }: Layout, name: string): string {
  if (fields.includes(name)) return `t."f_${name}"`;
  if (columns.includes(name)) return `t."c_${name}"`;
  if (name === "id") return "t.id";
  if (name === "version") return versionSql(layoutName);
  throw new Error(`"${name}" is not declared`);
}

/** The name says what the index holds, so that one that is no longer declared is known by it. */
export function indexName(collection: string, { fields, covers }: Index): string {
  return `i_${collection}_${fields.join("+")}${covers.length === 0 ? "" : `:${covers.join("+")}`}`;
}

/** The index that SQLite makes for the primary key. */
const idIndex = (collection: string) => `"sqlite_autoindex_${collection}_1"`;

/** Raises the version of what matches, beside the rows: SQLite would write each row anew, with its state. */
export function touchSql(layout: Layout, where: Asked["where"]): Sql {
  const { text, values } = matchingSql(layout, "t.id, 1", where);
  const into = `INSERT INTO ${touchedTable(layout.name)} (id, times) ${text}`;
  return { text: `${into} ON CONFLICT (id) DO UPDATE SET times = times + 1`, values };
}

/**
 * A query over table `t`, by the index that serves it. One of several values (`in`) is asked value by value and merged
 * in order: SQLite would sort everything that matches.
 *
 * @param limit left open, limit and offset are the last two values, the caller's to give.
 */
export function querySql(layout: Layout, selected: readonly string[], query: Asked, limit: number | "? OFFSET ?"): Sql {
  const { where = {}, orderBy, descending = false } = query;
  const read = selected.map((column) => /"[fc]_(.+)"|t\.(id|version)/.exec(column)?.slice(1).join("") ?? "state");
  const index = servedBy(layout, { where, order: orderBy ?? "id", read });
  const id = drivingOf(layout, where) === undefined || isImpossible(where) ? "t.id" : "m.id";
  const order = orderBy === undefined ? [id] : [columnName(layout, orderBy), id];
  const direction = descending ? "DESC" : "ASC";
  const several = Object.entries(where).find(
    ([field, condition]) => layout.fields.includes(field) && field !== orderBy && isSeveral(condition),
  );
  if (several === undefined) {
    const { text, values } = selectSql(layout, selected, query, index);
    return { text: `${text} ORDER BY ${order.map((o) => `${o} ${direction}`).join(", ")} LIMIT ${limit}`, values };
  }
  const [field, condition] = several;
  const columns = [...selected, ...order.map((column, i) => `${column} AS o_${i}`)];
  const parts = [...new Set((condition as { in: FieldValue[] }).in.map(bound))].map((value) =>
    selectSql(layout, columns, { ...query, where: { ...where, [field]: value as FieldValue } }, index),
  );
  const merged = order.map((_, i) => `o_${i} ${direction}`).join(", ");
  return {
    text: `${parts.map(({ text }) => text).join(" UNION ALL ")} ORDER BY ${merged} LIMIT ${limit}`,
    values: parts.flatMap(({ values }) => values),
  };
}

/** What matches, in no order. */
export function matchingSql(layout: Layout, selected: string, where: Asked["where"] = {}): Sql {
  return selectSql(layout, [selected], { where }, servedBy(layout, { where }));
}

// One value of a field of several drives the query: its side table is walked in the order of the id. So does one that is
// named as a set: else the ids of all that match would be read for each page.
function drivingOf(layout: Layout, where: Asked["where"] = {}): [string, FieldValue] | undefined {
  for (const [field, condition] of Object.entries(where)) {
    if (condition === undefined || !layout.many.includes(field)) continue;
    if (!isSet(condition)) return [field, condition as FieldValue];
    const [only] = condition.in;
    if (condition.in.length === 1 && only !== undefined) return [field, only];
  }
  return undefined;
}

function selectSql(
  layout: Layout,
  selected: readonly string[],
  { where = {}, orderBy, after, descending }: Asked,
  index: ReturnType<typeof servedBy>,
): Sql {
  if (isImpossible(where))
    return { text: `SELECT ${selected.join(", ")} FROM "${layout.name}" AS t WHERE 0`, values: [] };
  const parts: Sql[] = [{ text: "1", values: [] }];
  let from = `"${layout.name}" AS t`;
  let id = "t.id";
  // SQLite's planner guesses by statistics; the declared index is known to serve the whole query.
  if (typeof index === "object") from += ` INDEXED BY "${indexName(layout.name, index)}"`;
  else if (index !== undefined) from += ` INDEXED BY ${idIndex(layout.name)}`;
  const driving = drivingOf(layout, where);
  if (driving !== undefined) {
    id = "m.id";
    from = `${sideTable(layout.name, driving[0])} AS m CROSS JOIN ${from} ON t.id = m.id`;
    parts.push({ text: "m.value = ?", values: [bound(driving[1])] });
  }
  for (const [field, condition] of Object.entries(where)) {
    if (condition === undefined || field === driving?.[0]) continue;
    parts.push(conditionSql(layout, [field, condition], orderBy, after, descending));
  }
  if (orderBy !== undefined) parts.push({ text: `${columnName(layout, orderBy)} IS NOT NULL`, values: [] });
  const beyond = descending ? "<" : ">";
  if (after !== undefined && orderBy !== undefined && after.value !== undefined) {
    const text = `(${columnName(layout, orderBy)}, t.id) ${beyond} (?, ?)`;
    parts.push({ text, values: [bound(after.value), after.id] });
  } else if (after !== undefined) parts.push({ text: `${id} ${beyond} ?`, values: [after.id] });
  const { text, values } = joined(parts);
  return { text: `SELECT ${selected.join(", ")} FROM ${from} WHERE ${text}`, values };
}

function conditionSql(
  layout: Layout,
  [field, condition]: [string, Condition],
  orderBy: string | undefined,
  after: Asked["after"],
  descending = false,
): Sql {
  if (layout.many.includes(field)) {
    const { text, values } = one("value", condition);
    return { text: `t.id IN (SELECT id FROM ${sideTable(layout.name, field)} WHERE ${text})`, values };
  }
  const at = field === orderBy ? after?.value : undefined;
  const left = at !== undefined && isRange(condition) ? withoutPassed(condition, bound(at), descending) : condition;
  return one(columnName(layout, field), left);
}

// The bound that the cursor has passed already would make SQLite begin there again with each page.
function withoutPassed(range: Range, at: SqlValue, descending: boolean): Condition {
  const near = descending ? (["lte", "lt"] as const) : (["gte", "gt"] as const);
  const left = { ...range };
  for (const key of near) {
    const value = range[key];
    if (value !== undefined && (descending ? at <= bound(value) : at >= bound(value))) delete left[key];
  }
  return left;
}

/** One of no values. */
export function isImpossible(where: Asked["where"] = {}): boolean {
  return Object.values(where).some(
    (condition) => condition !== undefined && isSet(condition) && condition.in.length === 0,
  );
}

const isSeveral = (condition: Condition | undefined) =>
  condition !== undefined && isSet(condition) && condition.in.length > 1 && condition.in.length <= MERGED;

function one(column: string, condition: Condition): Sql {
  if (isSet(condition)) {
    return { text: `${column} IN (${condition.in.map(() => "?").join(", ")})`, values: condition.in.map(bound) };
  }
  if (!isRange(condition)) return { text: `${column} = ?`, values: [bound(condition)] };
  const operators = { gte: ">=", gt: ">", lte: "<=", lt: "<" } as const;
  const bounds = Object.entries(condition).filter((e): e is [keyof Range, FieldValue] => e[1] !== undefined);
  if (bounds.length === 0) return { text: `${column} IS NOT NULL`, values: [] };
  return joined(bounds.map(([key, value]) => ({ text: `${column} ${operators[key]} ?`, values: [bound(value)] })));
}

function joined(parts: readonly Sql[]): Sql {
  return { text: parts.map((p) => p.text).join(" AND "), values: parts.flatMap((p) => p.values) };
}
