import type { Algorithm, Classification } from "@ntd/proto/common/v1/common";
import type { IdSet } from "./id-set.ts";
import { PackedRows } from "./packed-rows.ts";
import { idAt, writeId } from "./packed-id.ts";

/** What is told of an entry, beside its hash. */
export interface Listed {
  entryId: string;
  votes: number;
  /** PDQ quality, transitions of a blockhash, or how many frames of a film count; 0 for equal bytes. */
  detail: number;
  classification: Classification | undefined;
  /** Of an MD5 or SHA-1: the listed file that it is of, and that file's size. */
  fileKey?: Uint8Array;
  sizeBytes?: number;
}

// Of a row: the id in 16 bytes, votes, detail, and which class (from 1 on; 0 is none).
const [VOTES, DETAIL, CLASS] = [16, 20, 22];
/** Bytes of a row; a wide one has the key of its file and that file's size behind it, both 0 where they are not told. */
const ENTRY_WIDTH = 26;
const WIDE_ENTRY_WIDTH = 38;
const [FILE_KEY, SIZE] = [26, 34];
const FILE_KEY_BYTES = SIZE - FILE_KEY;

/** Two files can share an MD5, or a SHA-1: only of these it matters which file they are of. */
export function rowWidth(algorithm: Algorithm): number {
  return algorithm === "ALGORITHM_MD5" || algorithm === "ALGORITHM_SHA1" ? WIDE_ENTRY_WIDTH : ENTRY_WIDTH;
}

/** Rows that are looked through at a time, in less than a millisecond; whole chunks. */
const SLICE = 16_384;

/** The entries of one algorithm by row, 26 bytes each, or 38 where files are told. */
export class EntryRows {
  readonly packed: PackedRows;
  readonly #classes: Classification[] = [];
  readonly #classNumbers = new Map<string, number>();

  /** Goes on from rows and classes that were kept, or begins without any. */
  constructor(packed = new PackedRows(ENTRY_WIDTH), classes: readonly Classification[] = []) {
    this.packed = packed;
    for (const one of classes) this.#classNumber(one);
  }

  get classes(): readonly Classification[] {
    return this.#classes;
  }

  get length(): number {
    return this.packed.length;
  }

  /** False when the id is no UUID: then nothing that was taken in may be used. */
  add(listed: Listed): boolean {
    return this.#write(this.packed.append(), listed);
  }

  /** The same of a row that counts when `packed` is settled. */
  stage(listed: Listed): boolean {
    return this.#write(this.packed.stage(), listed);
  }

  #write(row: number, { entryId, votes, detail, classification, fileKey, sizeBytes = 0 }: Listed): boolean {
    const [view, at] = [this.packed.view(row), this.packed.offset(row)];
    view.setUint32(at + VOTES, votes);
    view.setUint16(at + DETAIL, detail);
    view.setUint32(at + CLASS, this.#classNumber(classification));
    if (this.packed.width === WIDE_ENTRY_WIDTH) {
      view.setUint32(at + SIZE, sizeBytes);
      if (fileKey?.length === FILE_KEY_BYTES) new Uint8Array(view.buffer).set(fileKey, at + FILE_KEY);
    }
    return writeId(view, at, entryId);
  }

  at(row: number): Listed {
    const [view, at] = [this.packed.view(row), this.packed.offset(row)];
    return {
      entryId: idAt(view, at),
      votes: view.getUint32(at + VOTES),
      detail: view.getUint16(at + DETAIL),
      classification: this.#classes[view.getUint32(at + CLASS) - 1],
      ...(this.packed.width === WIDE_ENTRY_WIDTH && fileAt(view, at)),
    };
  }

  /** In which rows these entries are, in ascending order. It reads every row, in slices. */
  *find(entryIds: IdSet): Generator<void, number[]> {
    const found: number[] = [];
    if (entryIds.size === 0) return found;
    const { width } = this.packed;
    let first = 0;
    for (const { view, rows } of this.packed.chunks()) {
      for (let nth = 0; nth < rows; nth++) if (entryIds.hasAt(view, nth * width)) found.push(first + nth);
      first += rows;
      if (first % SLICE === 0) yield;
    }
    return found;
  }

  // A list has many entries and few classes.
  #classNumber(classification: Classification | undefined): number {
    if (classification === undefined) return 0;
    const { scheme, version, code } = classification;
    const key = JSON.stringify([scheme, version, code]);
    const known = this.#classNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#classes.push(classification);
    this.#classNumbers.set(key, number);
    return number;
  }
}

function fileAt(view: DataView, at: number): Pick<Listed, "fileKey" | "sizeBytes"> {
  const fileKey = new Uint8Array(view.buffer).slice(at + FILE_KEY, at + SIZE);
  const sizeBytes = view.getUint32(at + SIZE);
  return { ...(fileKey.some((byte) => byte !== 0) && { fileKey }), ...(sizeBytes > 0 && { sizeBytes }) };
}
