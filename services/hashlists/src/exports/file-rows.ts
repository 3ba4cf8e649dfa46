import { hash } from "node:crypto";
import { ALGORITHMS } from "../chunks/entry-chunk.ts";
import type { EntryLine } from "../formats/entry-line.ts";

/** Of a row: the key of its file in 8 bytes, algorithm, code (a digit), bytes of the value, the size, and the value. */
const [ALGORITHM, CODE, LENGTH, SIZE, VALUE, ROW] = [8, 9, 10, 11, 15, 47];
const KEY = 8;

type Row = Pick<EntryLine, "algorithm" | "value" | "code" | "sourceId" | "size">;

/** Entries that wait for the others of their file: 47 bytes each, whatever their texts are. */
export class FileRows {
  readonly #buckets: { rows: Buffer; used: number }[] = [];

  add({ algorithm, value, code, sourceId, size = 0 }: Row): void {
    const key = hash("sha256", sourceId, "buffer").subarray(0, KEY);
    const bucket = (this.#buckets[key[0] ?? 0] ??= { rows: Buffer.alloc(ROW), used: 0 });
    if (bucket.used === bucket.rows.length) bucket.rows = Buffer.concat([bucket.rows], 2 * bucket.used);
    const at = bucket.used;
    bucket.rows.set(key, at);
    bucket.rows[at + ALGORITHM] = ALGORITHMS.indexOf(algorithm);
    bucket.rows[at + CODE] = Number(code);
    bucket.rows[at + LENGTH] = value.length / 2;
    bucket.rows.writeUInt32LE(size, at + SIZE);
    bucket.rows.write(value, at + VALUE, "hex");
    bucket.used += ROW;
  }

  /** The entries of each file; those of a 256th of the files at a time. */
  *files(scheme: string): Generator<EntryLine[][], void, undefined> {
    for (const bucket of this.#buckets) {
      // Not every first byte has come.
      if (bucket === undefined) continue;
      const { rows, used } = bucket;
      const places = Array.from({ length: used / ROW }, (_, nth) => nth * ROW);
      const byFile = Map.groupBy(places, (at) => rows.toString("latin1", at, at + KEY));
      yield Array.from(byFile.values(), (own) => own.map((at) => entryAt(rows, at, scheme)));
    }
  }
}

function entryAt(rows: Buffer, at: number, scheme: string): EntryLine {
  const size = rows.readUInt32LE(at + SIZE);
  return {
    algorithm: ALGORITHMS[rows[at + ALGORITHM] ?? 0] ?? "SHA256",
    value: rows.toString("hex", at + VALUE, at + VALUE + (rows[at + LENGTH] ?? 0)),
    quality: 0,
    scheme,
    code: String(rows[at + CODE]),
    votes: 1,
    sourceId: "",
    ...(size > 0 && { size }),
  };
}
