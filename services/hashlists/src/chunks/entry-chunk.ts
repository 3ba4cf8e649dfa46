import { hash } from "node:crypto";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { idTexts } from "../entries/entry-id.ts";
import type { AlgorithmName } from "../formats/entry-line.ts";

/** Bytes of what names a listed file. */
const FILE_KEY_BYTES = 8;

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

export interface Films {
  /** How long each value is, 32 bits each, the low byte first. */
  lengths: Uint8Array;
  /** One behind the other. */
  values: Uint8Array;
}

export const ALGORITHMS = ["SHA256", "SHA1", "MD5", "PDQ", "BLOCKHASH256", "VPDQ"] as const satisfies AlgorithmName[];
const BYTES = [32, 20, 16, 32, 32] as const;

/** The entries of a chunk as they go out. */
export function entriesOf(chunk: ChunkState): Entry[] {
  return [...eachEntry(chunk)];
}

/** The same, each made when it is asked for: a thousand that are held at a time grow old, and are collected late. */
export function* eachEntry(chunk: ChunkState): Generator<Entry, void, undefined> {
  const { values, qualities } = chunk;
  const classes = chunk.classes.map(({ scheme, code }) => (scheme === "" ? undefined : { scheme, version: "", code }));
  const votes = votesOf(chunk);
  const classOf = placesOf(chunk);
  const sizeOf = sizesOf(chunk);
  const sourceIds = chunk.sourceIds.split("\n");
  const films = filmsIn(chunk);
  let at = 0;
  for (const [i, entryId] of idTexts(chunk.ids).entries()) {
    const place = chunk.algorithms[i] ?? 0;
    const name = ALGORITHMS[place];
    const value = name === "VPDQ" ? films.next().value : values.subarray(at, (at += BYTES[place] ?? 0));
    yield {
      entryId,
      fingerprint: { algorithm: `ALGORITHM_${name ?? "SHA256"}`, value, quality: qualities[i] ?? 0 },
      classification: classes[classOf.getUint16(i * 2, true)],
      votes: votes.getUint32(i * 4, true),
      ...fileOf(name, sourceIds[i] ?? "", sizeOf(i)),
    };
  }
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
