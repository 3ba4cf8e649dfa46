import { sourceIdsOf } from "./chunk-rows.ts";
import { kindsOf } from "./chunk-kinds.ts";
import { ALGORITHMS, linesOf, sizesOf, type ChunkState } from "./entry-chunk.ts";
import type { ReadEntry } from "../reading/release-reader.ts";

const BYTES = [32, 20, 16, 32, 32];

/**
 * The rows of a chunk one by one, as they were read: of a list of millions each pass needs a few, and only they are made.
 */
export function rowsAt(chunk: ChunkState): (i: number) => ReadEntry {
  const valueAt = valuesOf(chunk);
  const [kindOf, lineOf, sizeOf] = [kindsOf(chunk), linesOf(chunk), sizesOf(chunk)];
  const sourceIds = sourceIdsOf(chunk);
  const votes = new DataView(chunk.votes.buffer, chunk.votes.byteOffset);
  return (i) => {
    const value = Buffer.from(valueAt(i)).toString("hex");
    const told = { votes: votes.getUint32(i * 4, true), sourceId: sourceIds[i] ?? "", line: lineOf(i) };
    const size = sizeOf(i);
    return { ...kindOf(i), value, quality: chunk.qualities[i] ?? 0, ...told, ...(size > 0 && { size }) };
  };
}

/** The value of each entry in a chunk. */
export function valuesOf({ algorithms, values, films }: ChunkState): (i: number) => Uint8Array {
  const film = ALGORITHMS.indexOf("VPDQ");
  const lengths = new DataView((films?.lengths ?? NONE).buffer, (films?.lengths ?? NONE).byteOffset);
  const starts = new Uint32Array(algorithms.length + 1);
  const ends = new Uint32Array(algorithms.length + 1);
  let [at, filmAt, nthFilm] = [0, 0, 0];
  for (const [i, algorithm] of algorithms.entries()) {
    if (algorithm === film) {
      starts[i] = filmAt;
      ends[i] = filmAt += lengths.getUint32(nthFilm++ * 4, true);
    } else {
      starts[i] = at;
      ends[i] = at += BYTES[algorithm] ?? 0;
    }
  }
  return (i) => (algorithms[i] === film ? (films?.values ?? NONE) : values).subarray(starts[i], ends[i]);
}

const NONE = new Uint8Array();
