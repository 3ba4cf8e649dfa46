import type { Collection as Native } from "mongodb";
import type { Filling } from "../filling.ts";
import type { Adapted } from "../guarded.ts";
import type { Layout } from "../layout.ts";
import type { Document, Projection } from "../port.ts";
import { columnOf, gathering } from "../projection.ts";
import { pathOf, queryParts, whereFilter } from "./query.ts";
import type { Row } from "./row.ts";
import { shapeOf } from "../served.ts";

export type Reads<S, F extends string, C extends string> = Pick<
  Adapted<S, F, C>,
  "load" | "find" | "count" | "project"
>;

/** `count` stops here. */
const COUNTED = 10_000;

export function mongoReads<S, F extends string, C extends string>(
  native: Native<Row<S>>,
  layout: Layout,
  filling: Filling,
): Reads<S, F, C> {
  return {
    async load(id) {
      const found = await native.findOne({ _id: id } as object);
      return found === null ? undefined : toDocument<S>(found as Row<S>);
    },
    async find(query) {
      await filling.until(layout, shapeOf(query));
      const found: Document<S>[] = [];
      for (const { filter, sort } of queryParts<S>(query)) {
        if (found.length >= query.limit) break;
        const projection = { version: 1, state: 1 };
        const rows = native
          .find(filter, { projection })
          .sort(sort)
          .limit(query.limit - found.length);
        for (const row of await rows.toArray()) found.push(toDocument<S>(row as unknown as Row<S>));
      }
      return found;
    },
    async project({ limit = Number.MAX_SAFE_INTEGER, ...query }, asked) {
      const names = Object.keys(asked);
      await filling.until(layout, shapeOf(query, names));
      const paths = names.map((name) => pathOf(layout, name));
      const columns = names.map((name) => gathering(asked[name as keyof typeof asked] ?? "text"));
      const projection = { _id: 0, ...Object.fromEntries(paths.map((path) => [path.join("."), 1])) };
      let length = 0;
      for (const { filter, sort } of queryParts<S>(query)) {
        const left = limit - length;
        if (left <= 0) break;
        const rows = native.find(filter, { projection }).sort(sort);
        if (left < Number.MAX_SAFE_INTEGER / 2) rows.limit(left);
        for await (const row of rows) {
          length++;
          columns.forEach((column, i) => column.add(valueAt(row, paths[i] ?? [])));
        }
      }
      const read = columns.map((column, i) => [names[i], columnOf(column.done())]);
      return { length, columns: Object.fromEntries(read) } as Projection<string, typeof asked>;
    },
    async count(where) {
      await filling.until(layout, { where: where ?? {} });
      const found = await native.countDocuments(whereFilter<S>(where), { limit: COUNTED + 1 });
      return { count: Math.min(found, COUNTED), isMore: found > COUNTED };
    },
  };
}

function valueAt(row: unknown, path: readonly string[]): unknown {
  return path.reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], row);
}

function toDocument<S>({ _id: id, version, state }: Row<S>): Document<S> {
  return { id, version, state };
}
