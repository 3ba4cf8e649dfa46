import { sourceIdsOf } from "../chunks/chunk-rows.ts";
import { ALGORITHMS, type ChunkState } from "../chunks/entry-chunk.ts";
import { ID_BYTES } from "../entries/entry-id.ts";
import { valuesOf } from "../chunks/chunk-columns.ts";

/** One row of a chunk, as a chunk of its own that holds nothing of the others: of thousands of rows a few are shown. */
export function rowAlone(chunk: ChunkState, i: number): ChunkState {
  const { part, bucket, ids, algorithms, qualities, votes, classes, classOf, sizes, lines, isBefore } = chunk;
  const cut = (column: Uint8Array, bytes: number) => column.slice(i * bytes, (i + 1) * bytes);
  const value = Uint8Array.from(valuesOf(chunk)(i));
  const isFilm = ALGORITHMS[algorithms[i] ?? 0] === "VPDQ";
  const lengths = new Uint8Array(4);
  new DataView(lengths.buffer).setUint32(0, value.length, true);
  return {
    schemaVersion: 1,
    part,
    ...(isBefore && { isBefore }),
    bucket,
    ids: cut(ids, ID_BYTES),
    algorithms: cut(algorithms, 1),
    values: isFilm ? new Uint8Array() : value,
    ...(isFilm && { films: { lengths, values: value } }),
    qualities: cut(qualities, 1),
    votes: cut(votes, 4),
    classes,
    classOf: cut(classOf, 2),
    sourceIds: sourceIdsOf(chunk)[i] ?? "",
    ...(sizes && { sizes: cut(sizes, 4) }),
    ...(lines && { lines: cut(lines, 4) }),
  };
}
