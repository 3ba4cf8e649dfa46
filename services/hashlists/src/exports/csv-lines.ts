import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { filmText, framesOf } from "@ntd/imagehash/films";
import { COLUMNS, type EntryLine } from "../formats/entry-line.ts";
import { CAUSES } from "../formats/entry-told.ts";
import { guarded } from "../formats/guarded-text.ts";

/** The first line of a list of ours; one that takes entries back has a column for it. */
export function csvHeader(withRevoked: boolean): string {
  return `${[...COLUMNS, "size", ...(withRevoked ? ["revoked"] : [])].join()}\n`;
}

/** An entry as a line, which reads as the same entry again; with a cause one that takes it back. */
export function csvLine(entry: EntryLine, withRevoked: boolean, cause?: RevocationCause): string {
  const { algorithm, value, quality, scheme, code, votes, sourceId, size = 0 } = entry;
  const isFilm = algorithm === "VPDQ";
  const fields = [
    algorithm.toLowerCase(),
    isFilm ? filmText(framesOf(Buffer.from(value, "hex"))) : value,
    algorithm === "PDQ" ? String(quality) : "",
    quoted(scheme),
    quoted(code),
    String(votes),
    quoted(sourceId),
    size === 0 ? "" : String(size),
    ...(withRevoked ? [cause === undefined ? "" : wordOf(cause)] : []),
  ];
  return `${fields.join()}\n`;
}

// What would be cut, trimmed or joined without, or computed.
function quoted(text: string): string {
  const cell = guarded(text);
  return /[",]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell;
}

// Without a cause it counts as wrong.
function wordOf(cause: RevocationCause): string {
  return WORDS.get(cause) ?? "wrong-file";
}

const WORDS = new Map(Array.from(CAUSES, ([word, cause]) => [cause, word]));
