import { shown } from "@ntd/service";
import { isTooLong, MISQUOTED, readerOfLines, TOO_LONG, type ListReader, type ListSink } from "./list-format.ts";
import {
  hashKind,
  kindByLength,
  plainName,
  signalKind,
  TAKEN_FOR_SHA256,
  takeRecord,
  type ListRecord,
  type RecordHash,
} from "./list-record.ts";
import { fieldsOf, type Fields } from "./records.ts";
import { refusedFile } from "./refused-file.ts";
import { UnknownColumn } from "../classes/unknown-column.ts";
import { isVerdict, saysHarmless, speaksAgainst } from "../classes/verdicts.ts";

/** What a column of a table holds: a kind of hash, or what a word says. */
type Role = { algorithm: string } | { unread: string } | ColumnWord;

export type ColumnWord =
  /** A hash whose kind another column tells, or its length. */
  | "value"
  | "kind"
  | "quality"
  | "scheme"
  | "code"
  | "votes"
  | "sourceId"
  | "size"
  | "revoked"
  /** Words that may say that it is no abuse material. */
  | "opinion";

/** How the columns of a format are called, without case and signs, and what its classes are classes of. */
export interface TableKind {
  roles: ReadonlyMap<string, ColumnWord>;
  scheme: string;
  /** A class as it is kept. */
  codeOf: (code: string) => string;
  /** Of 64 digits where nothing tells their kind. */
  of64: "sha256" | "pdq";
  /** Its classes may stand in a column whose name is not known. */
  seeksClasses?: true;
}

export interface Header {
  delimiter: string;
  columns: readonly Column[];
  /** Lines of the file through the header, blank ones too. */
  lines: number;
}

interface Column {
  name: string;
  role: Role | undefined;
}

const DELIMITERS = [",", ";", "\t", "|"];
/** A letter, a digit or a quotation mark cuts no table, whatever a file says. */
const SEP = /^\s*"?sep=([\t!#-/:-@[-`{-~])"?\s*$/i;

/** The header that a file begins with: the first line that says something, behind one that tells the delimiter. */
export function headerIn(start: string, roles: TableKind["roles"]): Header | undefined {
  const lines = start.split(/\r\n|\r|\n/);
  let at = lines.findIndex((line) => line.trim() !== "");
  const told = SEP.exec(lines[at] ?? "")?.[1];
  if (told !== undefined) at = lines.findIndex((line, i) => i > at && line.trim() !== "");
  const line = lines[at];
  if (line === undefined || isTooLong(line)) return undefined;
  const tables = (told === undefined ? DELIMITERS : [told]).map((delimiter) => ({
    delimiter,
    columns: (fieldsOf([line], delimiter)[0] ?? []).map((name) => ({ name, role: roleOf(name, roles) })),
    lines: at + 1,
  }));
  // A line of hashes names no columns, whatever else stands in it.
  if (tables.some(({ columns }) => columns.some(({ name }) => kindByLength(name) !== undefined))) return undefined;
  const known = ({ columns }: Header) => columns.filter(({ role }) => role !== undefined).length;
  // Of letters that are not Latin nothing is left of a name: uncut, "MD5;Категория" is known, too.
  const cut = ({ columns }: Header) => columns.length;
  const order = (a: Header, b: Header) => known(b) - known(a) || cut(b) - cut(a);
  return tables.filter(({ columns }) => columns.some(holdsHash)).toSorted(order)[0];
}

function holdsHash({ role }: Column): boolean {
  return role === "value" || (typeof role === "object" && "algorithm" in role);
}

function roleOf(name: string, roles: TableKind["roles"]): Role | undefined {
  return roles.get(plainName(name)) ?? hashKind(name);
}

/** Reads a table whose header is at its beginning, or is given for a file that has none. */
export function readerOfTable(sink: ListSink, kind: TableKind, given?: Header): ListReader {
  let header = given;
  let start = "";
  let unknown: Unknown = new Map();
  const reader = readerOfLines((lines, before) => {
    let from = 0;
    while (header === undefined && from < lines.length) {
      const line = lines[from++] ?? "";
      start += `${line}\n`;
      if (line.trim() !== "" && !SEP.test(line)) header = requireHeader(start, line, kind);
      else if (before + from > MOST_BEFORE_HEADER) throw NO_HEADER();
      if (header === undefined) continue;
      tellLeftOut(sink, header);
      unknown = unknownIn(header, kind);
    }
    if (header === undefined) return;
    const rest = lines.slice(from);
    const records = fieldsOf(rest, header.delimiter);
    for (const [i, text] of rest.entries()) {
      const line = before + from + i + 1;
      if (isTooLong(text)) sink.fault(line, TOO_LONG);
      else if (text.trim() !== "") takeRow(sink, { kind, header, unknown, line }, records[i]);
    }
  });
  const end = () => {
    reader.end();
    for (const [i, column] of unknown) if (column.mayBeClasses) sink.mayBeClasses(header?.columns[i]?.name ?? "");
  };
  return { ...reader, end };
}

/** The columns that may have classes, by their places. */
type Unknown = ReadonlyMap<number, UnknownColumn>;

// A table that says its classes says them nowhere else.
function unknownIn({ columns }: Header, { seeksClasses }: TableKind): Unknown {
  if (seeksClasses !== true || columns.some(({ role }) => role === "code")) return new Map();
  const sought = columns.flatMap(({ name, role }, i) => {
    return role === undefined && name !== "" && !UnknownColumn.isOther(name) ? [i] : [];
  });
  return new Map(sought.map((i) => [i, new UnknownColumn()]));
}

const MOST_BEFORE_HEADER = 20;
/** Tables of examiners have some dozens. */
const MOST_COLUMNS = 1000;
const NO_HEADER = () => refusedFile("no line at its beginning names its columns");

// Looked at once, however long it is: what does not name its columns there does so nowhere.
function requireHeader(start: string, line: string, { roles }: TableKind): Header {
  if (isTooLong(line)) throw refusedFile(`its header ${TOO_LONG.problem}`);
  const header = headerIn(start, roles);
  if (header === undefined) throw NO_HEADER();
  const { length } = header.columns;
  if (length > MOST_COLUMNS)
    throw refusedFile(`its header has ${length} columns; no list has more than ${MOST_COLUMNS}`);
  return header;
}

// Names of victims, series and files are not for everybody who reads a list: what is not needed is not kept.
function tellLeftOut(sink: ListSink, { columns }: Header): void {
  const names = columns.filter(({ name, role }) => role === undefined && name !== "").map(({ name }) => shown(name));
  if (names.length === 0) return;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  sink.remark(`columns that are not kept: ${names.slice(0, MOST_NAMED).join(", ")}${more}`);
}

const MOST_NAMED = 10;

interface Place {
  kind: TableKind;
  header: Header;
  line: number;
}

function takeRow(sink: ListSink, place: Place & { unknown: Unknown }, fields: Fields): void {
  const { kind, header, unknown, line } = place;
  if (fields === undefined) {
    sink.fault(line, MISQUOTED);
    return;
  }
  const { columns } = header;
  // Tables of spreadsheets have further empty fields at the end.
  if (fields.length < columns.length || fields.slice(columns.length).some((field) => field !== "")) {
    const problem = `has ${fields.length} fields; its header has ${columns.length}`;
    sink.fault(line, { field: "line", problem, reason: "REFUSED_REASON_LINE" });
    return;
  }
  for (const [i, column] of unknown) column.take(fields[i] ?? "");
  const texts = new Map<Role, string>();
  const names: Record<string, string> = {};
  for (const [i, { role, name }] of columns.entries()) {
    if (typeof role !== "string" || (texts.get(role) ?? "") !== "") continue;
    texts.set(role, fields[i] ?? "");
    names[role === "sourceId" ? "source_id" : role] = name;
  }
  const text = (role: Role) => texts.get(role) ?? "";
  const code = kind.codeOf(text("code"));
  const belongs = sink.isNegative && saysHarmless(code);
  if (!belongs && (!isVerdict(code) || speaksAgainst(text("opinion")))) {
    sink.leaveOut("rows of files that nobody judged to be unlawful");
    return;
  }
  const hashes = hashesIn(sink, { kind, header, line }, fields, text);
  if (hashes === undefined) return;
  const scheme = text("scheme") === "" && code !== "" ? kind.scheme : text("scheme");
  const record: ListRecord = { line, hashes, scheme, code, quality: text("quality"), votes: text("votes") };
  takeRecord(sink, { ...record, sourceId: text("sourceId"), size: text("size"), revoked: text("revoked") }, names);
}

// Undefined where there is none to take: said already.
function hashesIn(sink: ListSink, { kind, header, line }: Place, fields: string[], text: (role: Role) => string) {
  const hashes: RecordHash[] = [];
  let hasUnread = false;
  for (const [i, { name, role }] of header.columns.entries()) {
    const value = fields[i] ?? "";
    if (value === "" || (role !== "value" && typeof role !== "object")) continue;
    const told = role === "value" ? kindOf(text("kind"), value, kind) : role;
    if (told === undefined) {
      sink.fault(line, { field: name, problem: faultOfKind(text("kind")), reason: "REFUSED_REASON_VALUE" });
      return undefined;
    }
    if ("unread" in told) {
      hasUnread = true;
      sink.leaveOut(told.unread);
      continue;
    }
    hashes.push({ algorithm: told.algorithm, value, field: name });
    if (role === "value" && text("kind") === "" && told.algorithm === "sha256") sink.remark(TAKEN_FOR_SHA256);
  }
  if (hashes.length > 0) return hashes;
  if (!hasUnread) sink.fault(line, { field: "line", problem: "has no hash", reason: "REFUSED_REASON_VALUE" });
  return undefined;
}

function kindOf(word: string, value: string, kind: TableKind): Exclude<Role, ColumnWord> | undefined {
  if (word !== "") return signalKind(word);
  const byLength = kindByLength(value);
  if (byLength === undefined) return undefined;
  return { algorithm: byLength === "sha256" ? kind.of64 : byLength };
}

function faultOfKind(word: string): string {
  return word === ""
    ? "is no hash of 32, 40 or 64 hex digits"
    : `is of the kind ${shown(word)}, which is none of sha256, sha1, md5, pdq, vpdq, blockhash256`;
}
