import { shown } from "@ntd/service";
import type { EntryClass, EntryClasses } from "../classes/entry-classes.ts";
import { hashText } from "../formats/empty-hash.ts";
import { formatOf, START } from "../formats/detect.ts";
import type { EntryLine } from "../formats/entry-line.ts";
import type { Fault, RefusedReasonName } from "../formats/fault.ts";
import type { FormatName, ListFormat, ListReader, ListSink } from "../formats/list-format.ts";
import { refusedFile } from "../formats/refused-file.ts";
import { TextOfBytes } from "./text-of-bytes.ts";
import { counted } from "../releases/counted.ts";
import type { LineFault } from "../releases/release.ts";
import { MOST_WITHDRAWN, WithdrawnIds } from "./withdrawn-ids.ts";

/** An entry with the line, or the record, it stood in. */
export type ReadEntry = EntryLine & { line: number };

/** So many faults are named; all are counted. */
export const NAMED_FAULTS = 1000;

/** What a list is read for. */
export interface ReadOptions {
  /** What its sender says that it is. */
  format?: FormatName | undefined;
  /** PDQ of less never match in its set. */
  pdqQuality: number;
  /** Its set speaks against abuse material. */
  isNegative: boolean;
  /** By which classes are checked; absent: they are kept as they are. */
  classes?: EntryClasses;
  /** It tells what is other in a list: it may remove entries. */
  isDelta?: boolean;
}

/** Reads a list in pieces, whatever its format is. */
export class ReleaseReader implements ListSink {
  readonly #options: ReadOptions;
  readonly #text = new TextOfBytes();
  #start = "";
  #reader: ListReader | undefined;
  #entries: ReadEntry[] = [];
  readonly #classColumns = new Set<string>();
  readonly #leftOut = new Map<string, number>();
  readonly #remarks = new Set<string>();
  /** The first faults, in the order they were found. */
  readonly faults: LineFault[] = [];
  faultCount = 0;
  /** What the file tells: each hash of a record by itself, and each row that is refused. */
  rows = 0;
  /** Rows that are refused, each by its first fault. */
  readonly refused = new Map<RefusedReasonName, number>();
  #faulty: LineFault[] = [];
  #lastFault: LineFault | undefined;
  format: ListFormat | undefined;
  /** Source ids that the file itself takes back. */
  readonly withdrawn = new WithdrawnIds();

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  /** @throws Problem FIELD_INVALID for a file that is no list. */
  push(bytes: Uint8Array): ReadEntry[] {
    return this.#read(this.#text.push(bytes));
  }

  /** @throws Problem FIELD_INVALID for a file that is no list, or not all of one. */
  end(): ReadEntry[] {
    const entries = this.#read(this.#text.end());
    this.#reader ??= this.#begin();
    this.#reader.end();
    return [...entries, ...this.#taken()];
  }

  /** What who approves should know, at the end. */
  get remarks(): string[] {
    const { guessed } = this.#text;
    const encoding = guessed === undefined ? [] : [`encoding: ${guessed}, which nothing in the file says`];
    return [
      ...encoding,
      ...this.#remarks,
      ...lostClasses([...this.#classColumns]),
      ...this.leftOut.map((what) => `left out: ${what}`),
    ];
  }

  /** What is no entry here, each with how many of it there were. */
  get leftOut(): string[] {
    return Array.from(this.#leftOut, ([what, n]) => counted(n, what));
  }

  get isNegative(): boolean {
    return this.#options.isNegative;
  }

  /** How many columns may have classes that are not kept. */
  get classColumnCount(): number {
    return this.#classColumns.size;
  }

  entry(entry: EntryLine, line: number, classField = "code"): void {
    const { algorithm, quality, revoked, removed } = entry;
    const { pdqQuality, isDelta = false } = this.#options;
    if (removed === true && !isDelta) {
      const problem = "removes an entry, which only a delta does; leave the line out of a full list";
      this.fault(line, { field: "removed", problem, reason: "REFUSED_REASON_TAKEN_BACK" });
    } else if (algorithm === "PDQ" && quality < pdqQuality && revoked === undefined && removed === undefined) {
      const problem = `${quality} is below the ${pdqQuality} of the set: it would never match; take the line out`;
      this.fault(line, { field: "quality", problem, reason: "REFUSED_REASON_QUALITY_LOW", value: `${quality}` });
    } else this.#take(entry, line, classField);
  }

  #take(entry: EntryLine, line: number, field: string): void {
    const { revoked, removed, code } = entry;
    const isEntry = revoked === undefined && removed === undefined;
    const classed: EntryClass = (isEntry ? this.#options.classes?.of(entry) : undefined) ?? { scheme: entry.scheme };
    const { scheme, problem, remark } = classed;
    if (problem !== undefined) {
      this.fault(line, { field, problem, reason: "REFUSED_REASON_CLASSIFICATION", value: hashText(code) });
      return;
    }
    if (remark !== undefined) this.remark(remark);
    this.rows++;
    this.#entries.push({ ...entry, scheme, line });
  }

  fault(line: number, fault: Fault): void {
    const faulty = { line, ...fault };
    const before = this.#lastFault;
    this.#lastFault = faulty;
    // The faults of a row come one behind the other, and each hash of a record has its class: that is told once.
    if (before?.line !== line) {
      this.rows++;
      this.#refuse(fault.reason);
    } else if (before.field === fault.field && before.problem === fault.problem) return;
    this.#tell(faulty);
  }

  /** Refuses what was taken for an entry before. */
  refuseEntry({ line, ...fault }: LineFault): void {
    this.#refuse(fault.reason);
    this.#tell({ line, ...fault });
  }

  /** The faults that were found since it was asked last. */
  takeFaults(): LineFault[] {
    const faults = this.#faulty;
    this.#faulty = [];
    return faults;
  }

  #refuse(reason: RefusedReasonName = "REFUSED_REASON_LINE"): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  #tell(fault: LineFault): void {
    this.faultCount++;
    this.#faulty.push(fault);
    if (this.faults.length < NAMED_FAULTS) this.faults.push(fault);
  }

  leaveOut(what: string): void {
    const known = this.#leftOut.has(what) || this.#leftOut.size < MOST_KINDS ? what : "others";
    this.#leftOut.set(known, (this.#leftOut.get(known) ?? 0) + 1);
  }

  remark(text: string): void {
    if (this.#remarks.size < MOST_KINDS) this.#remarks.add(text);
  }

  mayBeClasses(column: string): void {
    this.#classColumns.add(column);
  }

  withdraw(sourceId: string): void {
    if (this.withdrawn.size >= MOST_WITHDRAWN) throw refusedFile(`it takes more than ${MOST_WITHDRAWN} entries back`);
    this.withdrawn.add(sourceId);
  }

  #read(text: string): ReadEntry[] {
    if (this.#reader !== undefined) this.#reader.push(text);
    else {
      this.#start += text;
      if (this.#start.trimStart().length >= START) this.#reader = this.#begin();
      else if (this.#start.length > MOST_BLANKS) throw refusedFile("the file begins with blanks alone");
    }
    return this.#taken();
  }

  #begin(): ListReader {
    const { format: said, isNegative } = this.#options;
    this.format = formatOf(this.#start, said);
    if (isNegative && this.format.isOfAbuse) {
      throw refusedFile(`${this.format.title} lists abuse material: it cannot fill a set that speaks against it`);
    }
    const reader = this.format.reader(this);
    reader.push(this.#start);
    this.#start = "";
    return reader;
  }

  #taken(): ReadEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}

function lostClasses(columns: readonly string[]): string[] {
  if (columns.length === 0) return [];
  const named = columns.slice(0, MOST_KINDS).map((name) => shown(name));
  const mend = 'whose header is to say "category" if they are classes';
  return [`not kept, and maybe classes, by which files may be called harmless: ${named.join(", ")}, ${mend}`];
}

const MOST_KINDS = 20;
/** What is looked at again with each piece that comes. */
const MOST_BLANKS = 64 * 1024;
