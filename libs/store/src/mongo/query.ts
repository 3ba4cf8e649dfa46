import type { Filter, Sort } from "mongodb";
import type { Condition, Query } from "../port.ts";
import type { Row } from "./row.ts";

/** The filter of conditions over declared fields. */
export function whereFilter<S>(where: Partial<Record<string, Condition>> = {}): Filter<Row<S>> {
  const filter: Record<string, unknown> = {};
  for (const [field, condition] of Object.entries(where)) {
    if (condition !== undefined) filter[`fields.${field}`] = operator(condition);
  }
  return filter as Filter<Row<S>>;
}

/** The filter and order of a query, with the place where the last page ended. */
export function queryFilter<S>(query: Query<string>): { filter: Filter<Row<S>>; sort: Sort } {
  const { orderBy, after, descending = false } = query;
  const direction = descending ? -1 : 1;
  const beyond = descending ? "$lt" : "$gt";
  const field = `fields.${orderBy}`;
  const parts: unknown[] = [whereFilter(query.where)];
  if (orderBy !== undefined) parts.push({ [field]: { $exists: true } });
  if (after !== undefined && orderBy !== undefined && after.value !== undefined) {
    parts.push({
      $or: [{ [field]: { [beyond]: after.value } }, { [field]: after.value, _id: { [beyond]: after.id } }],
    });
  } else if (after !== undefined) parts.push({ _id: { [beyond]: after.id } });
  const sort: Sort = orderBy === undefined ? { _id: direction } : { [field]: direction, _id: direction };
  return { filter: { $and: parts } as Filter<Row<S>>, sort };
}

function operator(condition: Condition): unknown {
  if (typeof condition !== "object" || condition instanceof Date) return condition;
  return Object.fromEntries(
    Object.entries(condition)
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => [`$${k}`, v]),
  );
}
