import type { ColumnKind, Cursor, Query, Where } from "@ntd/store";
import type { Range } from "../scorecard/range.ts";

/** Rows read at a time: the store answers nobody else meanwhile. */
const PART = 10_000;

/** Columns of many documents, one array for each. */
export interface Part<K extends string> {
  length: number;
  /** The time by which they are in the range, in ms. */
  at: Float64Array;
  columns: Readonly<Record<K, Float64Array>>;
}

/** What lies in a range of a field's times, in parts and in order, without reading a document. */
export async function partsOf<F extends string, K extends string>(
  collection: Projecting<F>,
  field: F,
  { from, to }: Pick<Range, "from" | "to">,
  names: readonly K[],
): Promise<Part<K>[]> {
  const numbers = [field, ...names].map((name): [string, ColumnKind] => [name, "number"]);
  const read: Record<string, ColumnKind> = { ...Object.fromEntries(numbers), id: "text" };
  const parts: Part<K>[] = [];
  for (let after: Cursor | undefined; ;) {
    const where = { [field]: { gte: from, lt: to } } as unknown as Where<F>;
    const { length, columns } = await collection.project(
      { where, orderBy: field, limit: PART, ...(after && { after }) },
      read,
    );
    const found = columns as Record<string, Float64Array> & { id: string[] };
    const at = found[field] ?? new Float64Array();
    parts.push({ length, at, columns: found as Record<string, Float64Array> as Record<K, Float64Array> });
    if (length < PART) return parts;
    after = { value: new Date(at[length - 1] ?? NaN), id: found.id[length - 1] ?? "" };
  }
}

/** A collection, as far as this asks it. */
interface Projecting<F extends string> {
  project(query: Query<F>, read: Record<string, ColumnKind>): Promise<{ length: number; columns: object }>;
}

/** The rows of each part, made when their turn comes. */
export function* rowsOf<K extends string, N>(
  parts: readonly Part<K>[],
  rowAt: (part: Part<K>, at: number) => N,
): Generator<N[]> {
  for (const part of parts) yield Array.from({ length: part.length }, (_, at) => rowAt(part, at));
}
