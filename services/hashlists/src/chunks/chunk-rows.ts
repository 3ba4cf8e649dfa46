import type { ReadEntry } from "../reading/release-reader.ts";
import { ChunkBuilder } from "./chunk-builder.ts";
import { ALGORITHMS, entriesOf, linesOf, sizesOf, type ChunkState } from "./entry-chunk.ts";
import { ID_BYTES } from "../entries/entry-id.ts";
import type { Rows } from "../entries/layered-rows.ts";

/** The entries of a chunk as they were read, with their ids: for who writes it anew. */
export function rowsOf(chunk: ChunkState): { id: Uint8Array; entry: ReadEntry }[] {
  const sourceIds = sourceIdsOf(chunk);
  const [lineOf, sizeOf] = [linesOf(chunk), sizesOf(chunk)];
  return entriesOf(chunk).map(({ fingerprint, classification, votes }, i) => {
    const algorithm = ALGORITHMS[chunk.algorithms[i] ?? 0] ?? "SHA256";
    const value = Buffer.from(fingerprint?.value ?? []).toString("hex");
    const { scheme = "", code = "" } = classification ?? {};
    const told = { scheme, code, votes, sourceId: sourceIds[i] ?? "", line: lineOf(i) };
    const entry = { algorithm, value, quality: fingerprint?.quality ?? 0, ...told };
    const size = sizeOf(i);
    return { id: chunk.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES), entry: size > 0 ? { ...entry, size } : entry };
  });
}

/** Those entries alone, as a chunk. */
export function onlyRows({ chunk, only }: Rows): ChunkState {
  if (only === undefined || only.length === chunk.algorithms.length) return chunk;
  using builder = new ChunkBuilder();
  const rows = rowsOf(chunk);
  for (const i of only) {
    const row = rows[i];
    if (row !== undefined) builder.add(row.id, row.entry);
  }
  return builder.take(chunk.part);
}

export function sourceIdsOf(chunk: ChunkState): string[] {
  return chunk.sourceIds.split("\n");
}
