import type { Filter, Sort } from "mongodb";
import type { Layout } from "../layout.ts";
import type { Condition, Query } from "../port.ts";
import type { Row } from "./row.ts";

/** Where a declared field or column, "id" or "version" stands in a row. */
export function pathOf({ fields, columns }: Layout, name: string): string[] {
  if (fields.includes(name)) return ["fields", name];
  if (columns.includes(name)) return ["columns", name];
  if (name === "id" || name === "version") return [name === "id" ? "_id" : name];
  throw new Error(`"${name}" is not declared`);
}

/** The filter of conditions over declared fields. */
export function whereFilter<S>(where: Partial<Record<string, Condition>> = {}): Filter<Row<S>> {
  const filter: Record<string, unknown> = {};
  for (const [field, condition] of Object.entries(where)) {
    if (condition !== undefined) filter[`fields.${field}`] = operator(condition);
  }
  return filter as Filter<Row<S>>;
}

interface Part<S> {
  filter: Filter<Row<S>>;
  sort: Sort;
}

/**
 * The filters and orders whose results, one behind the other, are the query's. Behind a cursor there are two: the rest
 * of those with the same value, then what lies beyond it; as one filter with $or each page would begin at the value's
 * first document again.
 */
export function queryParts<S>(query: Omit<Query<string>, "limit">): Part<S>[] {
  const { orderBy, after, descending = false } = query;
  const direction = descending ? -1 : 1;
  const beyond = descending ? "$lt" : "$gt";
  const where = whereFilter<S>(query.where);
  const withId = after && { _id: { [beyond]: after.id } };
  if (orderBy === undefined) return [{ filter: all<S>(where, withId), sort: { _id: direction } }];
  const field = `fields.${orderBy}`;
  const sort: Sort = { [field]: direction, _id: direction };
  if (after?.value === undefined) {
    // What is asked of the field already is said of those alone that have it.
    const isAsked = query.where?.[orderBy] !== undefined;
    return [{ filter: all<S>(where, isAsked ? undefined : { [field]: PRESENT }, withId), sort }];
  }
  return [
    { filter: all<S>(where, { [field]: after.value }, withId), sort: { _id: direction } },
    { filter: all<S>(where, { [field]: { [beyond]: after.value } }), sort },
  ];
}

/**
 * A field is there or missing, never null. An index has missing ones as null, at its beginning: by $exists alone MongoDB
 * reads and fetches all of these first, which are most documents; $ne begins behind them.
 */
const PRESENT = { $exists: true, $ne: null };

function all<S>(...parts: (object | undefined)[]): Filter<Row<S>> {
  return { $and: parts.filter((part) => part !== undefined) } as Filter<Row<S>>;
}

function operator(condition: Condition): unknown {
  if (typeof condition !== "object" || condition instanceof Date) return condition;
  const operators = Object.entries(condition).filter(([, v]) => v !== undefined);
  if (operators.length === 0) return PRESENT;
  return Object.fromEntries(operators.map(([k, v]) => [`$${k}`, v]));
}
