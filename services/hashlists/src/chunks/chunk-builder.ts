import type { EntryLine } from "../formats/entry-line.ts";
import { ALGORITHMS, type ChunkState, type Films } from "./entry-chunk.ts";
import { ID_BYTES } from "../entries/entry-id.ts";

/** Entries that one document holds at most. */
export const CHUNK = 1000;
/**
 * It is full with so many bytes of text as well, and with as many of films: what an upload holds does not grow with the
 * length of its texts.
 */
const CHUNK_TEXT = 64 * 1024;
/** Of a line: three texts of 200 characters. */
const LINE_TEXT = 3 * (200 * 3 + 1);
const NEWLINE = 10;

/** Of an entry in all columns but its texts. */
const ROW_BYTES = ID_BYTES + 32 + 1 + 1 + 4 + 2 + 4 + 4;

/** Collects entries until a chunk is full. */
export class ChunkBuilder {
  // Not zeroed: pages that nothing is written into are no memory.
  readonly #memory = Buffer.allocUnsafeSlow(CHUNK * ROW_BYTES + CHUNK_TEXT + LINE_TEXT);
  #allotted = 0;
  readonly #ids = this.#column(CHUNK * ID_BYTES);
  readonly #values = this.#column(CHUNK * 32);
  readonly #algorithms = this.#column(CHUNK);
  readonly #qualities = this.#column(CHUNK);
  readonly #votes = this.#column(CHUNK * 4);
  readonly #classOf = this.#column(CHUNK * 2);
  readonly #sizes = this.#column(CHUNK * 4);
  readonly #lines = this.#column(CHUNK * 4);
  // Copied, since a piece of a text keeps the whole text that it was cut from.
  readonly #sourceIds = this.#column(CHUNK_TEXT + LINE_TEXT);
  #films: Buffer[] = [];
  #hasSizes = false;
  #classes = new Map<string, number>();
  #sourceBytes = 0;
  #classBytes = 0;
  #valueBytes = 0;
  #filmBytes = 0;
  count = 0;

  get isFull(): boolean {
    const textBytes = this.#sourceBytes + this.#classBytes;
    return this.count === CHUNK || textBytes >= CHUNK_TEXT || this.#filmBytes >= CHUNK_TEXT;
  }

  add(id: Uint8Array, entry: EntryLine & { line: number }): void {
    const { algorithm, value, quality, votes, scheme, code, sourceId, size = 0, line } = entry;
    const at = this.count++;
    this.#ids.set(id, at * ID_BYTES);
    this.#algorithms[at] = ALGORITHMS.indexOf(algorithm);
    if (algorithm === "VPDQ") this.#addFilm(Buffer.from(value, "hex"));
    else this.#valueBytes += this.#values.write(value, this.#valueBytes, "hex");
    this.#qualities[at] = quality;
    this.#votes.writeUInt32LE(votes, at * 4);
    this.#classOf.writeUInt16LE(this.#classAt(scheme, code), at * 2);
    this.#sizes.writeUInt32LE(size, at * 4);
    this.#lines.writeUInt32LE(line, at * 4);
    this.#hasSizes ||= size > 0;
    if (at > 0) this.#sourceIds[this.#sourceBytes++] = NEWLINE;
    this.#sourceBytes += this.#sourceIds.write(sourceId, this.#sourceBytes);
  }

  /** The chunk, and begins the next one. */
  take(part: string, isBefore = false): ChunkState {
    const count = this.count;
    // Copied as a whole: `from` copies byte by byte.
    const first = (column: Buffer, bytes: number) => new Uint8Array(column.subarray(0, bytes));
    const chunk: ChunkState = {
      schemaVersion: 1,
      part,
      ...(isBefore && { isBefore }),
      bucket: this.#ids[0] ?? 0,
      ids: first(this.#ids, count * ID_BYTES),
      algorithms: first(this.#algorithms, count),
      values: first(this.#values, this.#valueBytes),
      qualities: first(this.#qualities, count),
      votes: first(this.#votes, count * 4),
      classes: [...this.#classes.keys()].map((key) => {
        const [scheme = "", code = ""] = key.split("\n");
        return { scheme, code };
      }),
      classOf: first(this.#classOf, count * 2),
      sourceIds: this.#sourceIds.toString("utf8", 0, this.#sourceBytes),
      ...(this.#films.length > 0 && { films: filmsOf(this.#films) }),
      ...(this.#hasSizes && { sizes: first(this.#sizes, count * 4) }),
      lines: first(this.#lines, count * 4),
    };
    this.#films = [];
    this.#hasSizes = false;
    this.#classes = new Map();
    this.count = this.#valueBytes = this.#filmBytes = this.#sourceBytes = this.#classBytes = 0;
    return chunk;
  }

  /** Gives its memory back at once: it would lie about until the old space is collected. */
  [Symbol.dispose](): void {
    this.#memory.buffer.transfer(0);
  }

  #column(bytes: number): Buffer {
    const at = this.#allotted;
    this.#allotted += bytes;
    return this.#memory.subarray(at, at + bytes);
  }

  #addFilm(value: Buffer): void {
    this.#films.push(value);
    this.#filmBytes += value.length;
  }

  #classAt(scheme: string, code: string): number {
    const key = `${scheme}\n${code}`;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const at = this.#classes.size;
    const bytes = Buffer.from(key);
    this.#classes.set(bytes.toString(), at);
    this.#classBytes += bytes.length;
    return at;
  }
}

function filmsOf(films: readonly Buffer[]): Films {
  const lengths = Buffer.alloc(films.length * 4);
  for (const [nth, { length }] of films.entries()) lengths.writeUInt32LE(length, nth * 4);
  return { lengths: Uint8Array.from(lengths), values: Uint8Array.from(Buffer.concat(films)) };
}
