import { hash } from "node:crypto";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { ID_BYTES, idTexts } from "./entry-id.ts";
import type { AlgorithmName, EntryLine } from "../formats/entry-line.ts";

/** Bytes of what names a listed file. */
const FILE_KEY_BYTES = 8;

/** Entries that one document holds at most. */
export const CHUNK = 1000;
/**
 * It is full with so many bytes of text as well, and with as many of films: what an upload holds does not grow with the
 * length of its texts.
 */
const CHUNK_TEXT = 64 * 1024;
/** Of a line: three texts of 200 characters. */
const LINE_TEXT = 3 * (200 * 3 + 1);

/** Some entries of one part whose ids begin with the same byte, column by column. It never changes. */
export interface ChunkState {
  schemaVersion: 1;
  part: string;
  /** Of a delta: not its entries, but how those that it changes or removes stood in what it is added to. */
  isBefore?: true;
  /** The first byte of each id. */
  bucket: number;
  /** 16 bytes each. */
  ids: Uint8Array;
  /** Places in `ALGORITHMS`. */
  algorithms: Uint8Array;
  /** One behind the other; the algorithm tells how long each is. Films have none here. */
  values: Uint8Array;
  /** Of the films among the entries, in their order; absent where none is. */
  films?: Films;
  qualities: Uint8Array;
  /** 32 bits each, the low byte first. */
  votes: Uint8Array;
  /** The classes there are, and the place of each entry's in it: 16 bits each, the low byte first. */
  classes: { scheme: string; code: string }[];
  classOf: Uint8Array;
  /** One a line. */
  sourceIds: string;
  /** Of the listed files, 32 bits each, the low byte first, 0: not told; absent where none is told. */
  sizes?: Uint8Array;
  /** The line of the file that each stood in, 32 bits each, the low byte first; absent in lists of version 0.2. */
  lines?: Uint8Array;
}

interface Films {
  /** How long each value is, 32 bits each, the low byte first. */
  lengths: Uint8Array;
  /** One behind the other. */
  values: Uint8Array;
}

export const ALGORITHMS = ["SHA256", "SHA1", "MD5", "PDQ", "BLOCKHASH256", "VPDQ"] as const satisfies AlgorithmName[];
const BYTES = [32, 20, 16, 32, 32] as const;

const NEWLINE = 10;

/** Collects entries until a chunk is full. */
export class ChunkBuilder {
  readonly #ids = Buffer.allocUnsafe(CHUNK * ID_BYTES);
  readonly #algorithms = Buffer.allocUnsafe(CHUNK);
  readonly #values = Buffer.allocUnsafe(CHUNK * 32);
  readonly #qualities = Buffer.allocUnsafe(CHUNK);
  readonly #votes = Buffer.allocUnsafe(CHUNK * 4);
  readonly #classOf = Buffer.allocUnsafe(CHUNK * 2);
  readonly #sizes = Buffer.allocUnsafe(CHUNK * 4);
  readonly #lines = Buffer.allocUnsafe(CHUNK * 4);
  // Copied, since a piece of a text keeps the whole text that it was cut from.
  readonly #sourceIds = Buffer.allocUnsafe(CHUNK_TEXT + LINE_TEXT);
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

/** The entries of a chunk as they go out. */
export function entriesOf(chunk: ChunkState): Entry[] {
  const { values, qualities } = chunk;
  const classes = chunk.classes.map(({ scheme, code }) => (scheme === "" ? undefined : { scheme, version: "", code }));
  const votes = votesOf(chunk);
  const classOf = placesOf(chunk);
  const sizeOf = sizesOf(chunk);
  const sourceIds = chunk.sourceIds.split("\n");
  const films = filmsIn(chunk);
  let at = 0;
  return idTexts(chunk.ids).map((entryId, i) => {
    const place = chunk.algorithms[i] ?? 0;
    const name = ALGORITHMS[place];
    const value = name === "VPDQ" ? films.next().value : values.subarray(at, (at += BYTES[place] ?? 0));
    return {
      entryId,
      fingerprint: { algorithm: `ALGORITHM_${name ?? "SHA256"}`, value, quality: qualities[i] ?? 0 },
      classification: classes[classOf.getUint16(i * 2, true)],
      votes: votes.getUint32(i * 4, true),
      ...fileOf(name, sourceIds[i] ?? "", sizeOf(i)),
    };
  });
}

function* filmsIn({ films }: ChunkState): Generator<Uint8Array, Uint8Array> {
  const lengths = Buffer.from(films?.lengths ?? []);
  let at = 0;
  for (let nth = 0; nth < lengths.length; nth += 4) {
    yield films?.values.subarray(at, (at += lengths.readUInt32LE(nth))) ?? new Uint8Array();
  }
  return new Uint8Array();
}

// What tells which MD5 and SHA-1 are of one file; no other hash needs another one beside it.
function fileOf(algorithm: AlgorithmName | undefined, sourceId: string, size: number): Partial<Entry> {
  if (!isWeak(algorithm)) return {};
  const fileKey = sourceId === "" ? undefined : fileKeyOf(sourceId);
  return { ...(fileKey && { fileKey }), ...(size > 0 && { sizeBytes: size }) };
}

// By way of a text: the digest as bytes would have memory of its own, which costs more than the digest.
function fileKeyOf(sourceId: string): Uint8Array {
  return Buffer.from(hash("sha256", sourceId, "binary").slice(0, FILE_KEY_BYTES), "latin1");
}

// Two files can share it.
function isWeak(algorithm: AlgorithmName | undefined): boolean {
  return algorithm === "MD5" || algorithm === "SHA1";
}

/** The lines that the entries of a chunk stood in; 0 where none is told. */
export function linesOf({ lines }: ChunkState): (i: number) => number {
  if (lines === undefined) return () => 0;
  const view = new DataView(lines.buffer, lines.byteOffset);
  return (i) => view.getUint32(i * 4, true);
}

export function sizesOf({ sizes }: ChunkState): (i: number) => number {
  if (sizes === undefined) return () => 0;
  const view = new DataView(sizes.buffer, sizes.byteOffset);
  return (i) => view.getUint32(i * 4, true);
}

/** Of each entry in a chunk what may be told differently in another release, as text; its id tells the hash. */
export function detailsOf(chunk: ChunkState): (i: number) => string {
  const classes = chunk.classes.map(({ scheme, code }) => `${scheme}\n${code}`);
  const votes = votesOf(chunk);
  const classOf = placesOf(chunk);
  const sizeOf = sizesOf(chunk);
  const sourceIds = chunk.sourceIds.split("\n");
  return (i) => {
    const told = [chunk.qualities[i], votes.getUint32(i * 4, true), classes[classOf.getUint16(i * 2, true)] ?? ""];
    return (isWeak(ALGORITHMS[chunk.algorithms[i] ?? 0]) ? [...told, sizeOf(i), sourceIds[i]] : told).join(" ");
  };
}

/** All that is told of each entry in a chunk beside its hash, as text: its line is not. */
export function allDetailsOf(chunk: ChunkState): (i: number) => string {
  const [details, sizeOf, sourceIds] = [detailsOf(chunk), sizesOf(chunk), chunk.sourceIds.split("\n")];
  return (i) => `${details(i)} ${sizeOf(i)} ${sourceIds[i]}`;
}

/** The votes of each entry in a chunk. */
export function votesOf({ votes }: ChunkState): DataView {
  return new DataView(votes.buffer, votes.byteOffset);
}

export function placesOf({ classOf }: ChunkState): DataView {
  return new DataView(classOf.buffer, classOf.byteOffset);
}
