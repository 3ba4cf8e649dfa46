import type { Condition, FieldValue, Query } from "../port.ts";

type SqlValue = string | number;
export interface Sql {
  text: string;
  values: SqlValue[];
}

/** How a declared field's value stands in its column: dates as milliseconds, booleans as 0 and 1. */
export function columnValue(value: FieldValue | undefined): SqlValue | null {
  if (value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  return typeof value === "boolean" ? Number(value) : value;
}

const bound = (value: FieldValue) => columnValue(value) as SqlValue;

/** The WHERE clause of conditions over declared fields, "1" when there are none. */
export function whereSql(where: Partial<Record<string, Condition>> = {}): Sql {
  const parts: Sql[] = [{ text: "1", values: [] }];
  for (const [field, condition] of Object.entries(where))
    if (condition !== undefined) parts.push(one(field, condition));
  return joined(parts);
}

/** WHERE, ORDER BY and LIMIT of a query. */
export function querySql(query: Query<string>): Sql {
  const { orderBy, after, descending = false } = query;
  const parts = [whereSql(query.where)];
  const [beyond, direction] = descending ? ["<", "DESC"] : [">", "ASC"];
  if (orderBy !== undefined) parts.push({ text: `"f_${orderBy}" IS NOT NULL`, values: [] });
  if (after !== undefined && orderBy !== undefined && after.value !== undefined) {
    parts.push({ text: `("f_${orderBy}", id) ${beyond} (?, ?)`, values: [bound(after.value), after.id] });
  } else if (after !== undefined) parts.push({ text: `id ${beyond} ?`, values: [after.id] });
  const order = orderBy === undefined ? `id ${direction}` : `"f_${orderBy}" ${direction}, id ${direction}`;
  const { text, values } = joined(parts);
  return { text: `${text} ORDER BY ${order} LIMIT ${query.limit}`, values };
}

function one(field: string, condition: Condition): Sql {
  const column = `"f_${field}"`;
  if (typeof condition !== "object" || condition instanceof Date)
    return { text: `${column} = ?`, values: [bound(condition)] };
  if ("in" in condition) {
    return { text: `${column} IN (${condition.in.map(() => "?").join(", ")})`, values: condition.in.map(bound) };
  }
  const operators = { gte: ">=", gt: ">", lte: "<=", lt: "<" } as const;
  const bounds = Object.entries(condition).filter((e): e is [keyof typeof operators, FieldValue] => e[1] !== undefined);
  return joined(bounds.map(([key, value]) => ({ text: `${column} ${operators[key]} ?`, values: [bound(value)] })));
}

function joined(parts: readonly Sql[]): Sql {
  return { text: parts.map((p) => p.text).join(" AND "), values: parts.flatMap((p) => p.values) };
}
