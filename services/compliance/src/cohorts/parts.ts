import type { ColumnKind, Cursor, Query } from "@ntd/store";

/** Rows read at a time: the store answers nobody else meanwhile. */
const PART = 10_000;

/** Columns of many documents, one array for each: a million of them are a few arrays. */
export interface Part<K extends string> {
  length: number;
  /** The time by which they are in order, in ms. */
  at: Float64Array;
  columns: Readonly<Record<K, Float64Array>>;
}

/** What of a collection lies in a range of a field's times. */
export interface Asked<F extends string> {
  where: NonNullable<Query<F>["where"]>;
  orderBy: F;
}

/**
 * What is asked for, in parts and in order, without reading a document.
 *
 * @param mended told of each part and the query that found it, and answers with the part that counts.
 */
export async function partsOf<F extends string, K extends string>(
  collection: Projecting<F>,
  asked: Asked<F>,
  names: readonly K[],
  mended: (part: Part<K>, query: Query<F>) => Part<K> | Promise<Part<K>> = (part) => part,
): Promise<Part<K>[]> {
  const numbers = [asked.orderBy, ...names].map((name): [string, ColumnKind] => [name, "number"]);
  const read: Record<string, ColumnKind> = { ...Object.fromEntries(numbers), id: "text" };
  const parts: Part<K>[] = [];
  for (let after: Cursor | undefined; ;) {
    const query: Query<F> = { ...asked, limit: PART, ...(after && { after }) };
    const { length, columns } = await collection.project(query, read);
    // The ids say where the next part begins; those of a million are not kept.
    const { id, ...found } = columns as Record<string, Float64Array> & { id: string[] };
    const at = found[asked.orderBy] ?? new Float64Array();
    parts.push(
      await mended({ length, at, columns: found as Record<string, Float64Array> as Record<K, Float64Array> }, query),
    );
    if (length < PART) return parts;
    after = { value: new Date(at[length - 1] ?? NaN), id: id[length - 1] ?? "" };
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
