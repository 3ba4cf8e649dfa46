import { bandCountFor } from "../hash/bands.ts";
import { set } from "../hash/bits.ts";
import { buildBands } from "./build.ts";
import type { KernelKind } from "../kernel/kernel.ts";
import { layoutOf, writeTables, type Layout, type Shape } from "../segments/layout.ts";
import { reordering } from "../hash/permutation.ts";
import { RowReader, type MergeSource } from "./row-reader.ts";
import { bufferOf, type SegmentMemory } from "../segments/segment-memory.ts";

/** Bytes that a merge of so many rows needs at most. */
export function mergeBytes(rows: number): number {
  return layoutOf({ rows, bandCount: bandCountFor(rows), firstId: undefined }).bytes;
}

/** A segment of all rows that are not removed, ordered by id, in the given memory; undefined when there are none. */
export function mergeSegments(
  sources: readonly MergeSource[],
  memory: SegmentMemory,
  kind: KernelKind,
): Shape | undefined {
  const readers = sources.map((source) => new RowReader(source));
  const rows = readers.reduce((sum, reader) => sum + reader.left, 0);
  if (rows === 0) return undefined;
  const shape: Shape = { rows, bandCount: bandCountFor(rows), firstId: firstOfConsecutive(readers, rows) };
  const layout = layoutOf(shape);
  writeTables(bufferOf(memory), layout);
  copyRows(readers, memory, shape, layout);
  if (shape.bandCount > 0) buildBands(memory, layout, shape, kind);
  return shape;
}

function copyRows(readers: readonly RowReader[], memory: SegmentMemory, shape: Shape, layout: Layout): void {
  const buffer = bufferOf(memory);
  const words = new Uint32Array(buffer, layout.rowsAt, shape.rows * 8);
  const ids = shape.firstId === undefined ? new Uint32Array(buffer, layout.idsAt, shape.rows) : undefined;
  const hidden = new Uint32Array(buffer, layout.hiddenAt, Math.ceil(shape.rows / 32));
  const moves = readers.map(({ bandCount }) => reordering(bandCount, shape.bandCount));
  for (let row = 0; row < shape.rows; row++) {
    const from = leastOf(readers);
    const reader = readers[from] as RowReader;
    if (ids !== undefined) ids[row] = reader.id;
    if (reader.isHidden) set(hidden, row);
    moves[from]?.(reader.words, reader.row * 8, words, row * 8);
    reader.next();
  }
}

function leastOf(readers: readonly RowReader[]): number {
  let least = 0;
  for (let i = 1; i < readers.length; i++) {
    if ((readers[i] as RowReader).id < (readers[least] as RowReader).id) least = i;
  }
  return least;
}

/** The first id when all ids are consecutive. */
function firstOfConsecutive(readers: readonly RowReader[], rows: number): number | undefined {
  const first = Math.min(...readers.map(({ id }) => id));
  const last = Math.max(...readers.map(({ lastId }) => lastId));
  return last - first + 1 === rows ? first : undefined;
}
