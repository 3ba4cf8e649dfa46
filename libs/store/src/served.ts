import type { Layout } from "./layout.ts";
import type { Condition, FieldValue, Where } from "./port.ts";

/** What is asked, without the values: this decides which index serves it. */
export interface Shape {
  where: Where<string>;
  /** Of a query: the field, or "id". Absent where the order does not matter (count, touch). */
  order?: string | undefined;
  /** What is read; an index that holds all of it is preferred. */
  read?: readonly string[];
}

export type Index = Layout["indexes"][number];

/** What a query asks: its order is that of the ids when it names none. */
export function shapeOf(
  { where = {}, orderBy }: { where?: Where<string>; orderBy?: string },
  read: readonly string[] = [],
): Shape {
  return { where, order: orderBy ?? "id", read };
}

/** More values than this (`in`) are not asked one by one and merged in order. */
export const MERGED = 50;

/**
 * How a declared index serves a query: "id" in the order of the ids, "many" by the side of a field of several values, or
 * the index itself. Undefined when it would scan or sort: conditions that stand in no index, or before the order.
 */
export function servedBy(layout: Layout, { where, order, read = [] }: Shape): Index | "id" | "many" | undefined {
  const asked = Object.entries(where).filter((entry): entry is [string, Condition] => entry[1] !== undefined);
  if (asked.length === 0 && (order === undefined || order === "id")) return "id";
  if (asked.some(([field]) => layout.many.includes(field))) {
    return asked.length === 1 && (order === undefined || order === "id") ? "many" : undefined;
  }
  const ranges = asked.filter(([field, c]) => isRange(c) && field !== order).map(([field]) => field);
  const equal = asked.filter(([field, c]) => !isRange(c) && field !== order);
  const sets = equal.filter(([, c]) => isSet(c) && c.in.length > 1).map(([, c]) => (c as { in: unknown[] }).in.length);
  if (order !== undefined && (ranges.length > 0 || sets.length > 1 || sets.some((n) => n > MERGED))) return undefined;
  if (ranges.length > 1) return undefined;
  const prefix = equal.map(([field]) => field);
  const next = order === undefined ? ranges[0] : order;
  const fitting = layout.indexes.filter(({ fields }) => {
    const begin = fields.slice(0, prefix.length);
    if (!prefix.every((field) => begin.includes(field))) return false;
    if (order === undefined) return next === undefined || fields[prefix.length] === next;
    // The id stands behind the last field: one more field in between would be the order of that field.
    return fields.slice(prefix.length).join() === (order === "id" ? "" : order);
  });
  const holds = ({ fields, covers }: Index) =>
    read.length > 0 && read.every((name) => name === "id" || fields.includes(name) || covers.includes(name));
  const size = (index: Index) => (holds(index) ? 0 : 100) + index.fields.length + index.covers.length;
  return fitting.toSorted((a, b) => size(a) - size(b))[0];
}

/** The shape in words, without a value. */
export function shapeText(layout: Layout, { where, order }: Shape): string {
  const fields = Object.entries(where).filter(([, condition]) => condition !== undefined);
  const sign = (c: Condition) => (isRange(c) ? "range" : isSet(c) ? "in" : "=");
  const conditions = fields.map(([field, c]) => `${field} ${sign(c as Condition)}`);
  return `${layout.name} where (${conditions.join(", ")})${order === undefined ? "" : ` order by ${order}`}`;
}

export type Range = { gte?: FieldValue; gt?: FieldValue; lte?: FieldValue; lt?: FieldValue };

export function isRange(condition: Condition): condition is Range {
  return typeof condition === "object" && !(condition instanceof Date) && !("in" in condition);
}

export function isSet(condition: Condition): condition is { in: readonly FieldValue[] } {
  return typeof condition === "object" && !(condition instanceof Date) && "in" in condition;
}
