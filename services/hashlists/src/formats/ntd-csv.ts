import { COLUMNS, MORE_COLUMNS, readEntryLine } from "./entry-line.ts";
import { isTooLong, MISQUOTED, readerOfLines, TOO_LONG, type ListFormat, type ListSink } from "./list-format.ts";
import { fieldsOf, type Fields } from "./records.ts";
import { unguarded } from "./guarded-text.ts";
import { refusedFile } from "./refused-file.ts";

/** The platform's own: line 1 is the header; blank lines are passed over and counted. */
export const NTD_CSV: ListFormat = {
  name: "LIST_FORMAT_NTD_CSV",
  title: "ntd's CSV",
  begins: (start) => moreColumnsIn(fieldsOf([start.split(/[\r\n]/, 1)[0] ?? ""])[0]) !== undefined,
  reader: (sink) => {
    let more: readonly string[] = [];
    return readerOfLines((lines, before) => {
      const records = fieldsOf(lines);
      for (const [i, text] of lines.entries()) {
        const line = before + i + 1;
        if (line === 1) more = requireHeader(records[0]);
        else if (isTooLong(text)) sink.fault(line, TOO_LONG);
        else if (text.trim() !== "") take(sink, records[i], more, line);
      }
    });
  },
  repeats: "exactly",
  isOfAbuse: false,
};

function take(sink: ListSink, fields: Fields, more: readonly string[], line: number): void {
  if (fields === undefined) {
    sink.fault(line, MISQUOTED);
    return;
  }
  const read = readEntryLine(fields.some(isMarked) ? fields.map(meant) : fields, more);
  if ("entry" in read) sink.entry(read.entry, line);
  else for (const fault of read.faults) sink.fault(line, fault);
}

const TEXTS = new Set(["scheme", "code", "source_id"].map((name) => COLUMNS.findIndex((column) => column === name)));

// Nothing else is guarded: a hash that begins so is none.
function meant(cell: string, nth: number): string {
  return TEXTS.has(nth) ? unguarded(cell) : cell;
}

function isMarked(cell: string): boolean {
  return cell.startsWith("'");
}

function requireHeader(names: Fields): string[] {
  const more = moreColumnsIn(names);
  if (more !== undefined) return more;
  const may = MORE_COLUMNS.join(", ");
  throw refusedFile(`line 1 is not the header; it must read ${COLUMNS.join()}, and may have any of ${may} behind that`);
}

// The columns behind those that every file has; undefined where it is no such header.
function moreColumnsIn(names: Fields): string[] | undefined {
  const more = names?.slice(COLUMNS.length) ?? [];
  const known = [...COLUMNS, ...MORE_COLUMNS.filter((name) => more.includes(name))];
  return names?.join() === known.join() ? more : undefined;
}
