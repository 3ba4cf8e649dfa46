import { parse } from "csv-parse/sync";
import { Problem } from "@ntd/service";
import { COLUMNS, MORE_COLUMNS, readEntryLine, type EntryLine } from "../formats/entry-line.ts";
import { foreignFormat } from "../formats/foreign-format.ts";
import { LineSplitter, MAX_LINE } from "../formats/line-splitter.ts";
import { isWellQuoted } from "../formats/quotes.ts";
import type { LineFault } from "./release.ts";

/** An entry with the line it stood in. */
export type ReadEntry = EntryLine & { line: number };

/** So many faults are named; all are counted. */
export const NAMED_FAULTS = 1000;

/** Reads a list in pieces. Line 1 is the header; blank lines are passed over and counted. */
export class ReleaseReader {
  readonly #splitter = new LineSplitter();
  /** The first faults, in the order they were found. */
  readonly faults: LineFault[] = [];
  faultCount = 0;
  #lines = 0;
  #more: readonly string[] = [];

  /** @throws Problem FIELD_INVALID when the file does not begin with the header. */
  push(bytes: Uint8Array): ReadEntry[] {
    return this.#read(this.#splitter.push(bytes));
  }

  /** @throws Problem FIELD_INVALID when the file is empty. */
  end(): ReadEntry[] {
    const entries = this.#read(this.#splitter.end());
    if (this.#lines === 0) throw refusedFile("the file is empty");
    return entries;
  }

  fault(fault: LineFault): void {
    this.faultCount++;
    if (this.faults.length < NAMED_FAULTS) this.faults.push(fault);
  }

  #read(lines: string[]): ReadEntry[] {
    const entries: ReadEntry[] = [];
    const quoted = recordsOf(lines.slice(this.#lines === 0 ? 1 : 0).filter(isQuoted)).values();
    for (const text of lines) {
      const line = ++this.#lines;
      if (line === 1) this.#more = moreColumnsIn(text);
      else if (text.length > MAX_LINE) this.fault({ line, field: "line", problem: `has over ${MAX_LINE} characters` });
      else if (isQuoted(text)) this.#entry(quoted.next().value, line, entries);
      else if (text.trim() !== "") this.#entry(fieldsOf(text), line, entries);
    }
    return entries;
  }

  #entry(record: string[] | undefined, line: number, entries: ReadEntry[]): void {
    if (record === undefined) {
      this.fault({ line, field: "line", problem: "has a quotation mark out of place" });
      return;
    }
    const read = readEntryLine(record, this.#more);
    if ("entry" in read) entries.push({ ...read.entry, line });
    else for (const fault of read.faults) this.fault({ line, ...fault });
  }
}

// The columns behind those that every file has.
function moreColumnsIn(line: string): string[] {
  const foreign = foreignFormat(line);
  if (foreign !== undefined) throw refusedFile(`${foreign}: not read in this release; send CSV`);
  const names = isQuoted(line) ? recordsOf([line])[0] : fieldsOf(line);
  const more = names?.slice(COLUMNS.length) ?? [];
  const known = [...COLUMNS, ...MORE_COLUMNS.filter((name) => more.includes(name))];
  if (names?.join() === known.join()) return more;
  const may = MORE_COLUMNS.join(" and ");
  throw refusedFile(`line 1 is not the header; it must read ${COLUMNS.join()}, and may have ${may} behind that`);
}

function refusedFile(description: string): Problem {
  return Problem.fields({ field: "chunk", description });
}

// What fits and may hold a comma that is none.
function isQuoted(line: string): boolean {
  return line.length <= MAX_LINE && line.includes('"');
}

// Nearly all lines are so, and this takes a tenth of the parser's time.
function fieldsOf(unquoted: string): string[] {
  return unquoted.split(",").map((field) => field.trim());
}

/**
 * A record for each line, undefined for one that is no CSV; a quotation mark never reaches into the next line. The parser
 * takes a tenth of a millisecond to be begun: it is begun once, with lines alone that it cannot stumble over.
 */
function recordsOf(lines: readonly string[]): (string[] | undefined)[] {
  const areWell = lines.map(isWellQuoted);
  const records = parsed(lines.filter((_, i) => areWell[i])).values();
  return areWell.map((isWell) => (isWell ? records.next().value : undefined));
}

function parsed(lines: readonly string[]): string[][] {
  return parse(lines.join("\n"), { relax_column_count: true, trim: true, record_delimiter: "\n" });
}
