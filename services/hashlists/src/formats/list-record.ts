import { readEntry, type EntryLine } from "./entry-line.ts";
import { readTold } from "./entry-told.ts";
import type { Fault } from "./fault.ts";
import type { ListSink } from "./list-format.ts";

/** One listed file as an exchange format tells of it: texts as they stood there, with several hashes perhaps. */
export interface ListRecord {
  line: number;
  hashes: readonly RecordHash[];
  quality?: string;
  scheme?: string;
  code?: string;
  votes?: string;
  /** Without one a file of several hashes is named for the first of them: the same in the next release. */
  sourceId?: string;
  size?: string;
  revoked?: string;
}

export interface RecordHash {
  /** As in a list of ours. */
  algorithm: string;
  value: string;
  /** What it is called in the file. */
  field: string;
}

/** What is taken for the scheme of a class where a file tells none. */
export const NO_SCHEME = "category";

/** Exchanges pass on no PDQ of less, and do not tell it. */
const QUALITY_UNTOLD = "50";

/**
 * Takes an entry for each hash of a record, or none: a file of which half is wrong is no file that anybody listed. Faults
 * are told by what the fields are called in the file (`names`).
 */
export function takeRecord(sink: ListSink, record: ListRecord, names: Readonly<Record<string, string>> = {}): void {
  const entries: EntryLine[] = [];
  const faults = new Map<string, Fault>();
  const { scheme = "", code = "", votes = "", size = "", revoked = "" } = record;
  const second = secondIn(record.hashes);
  if (second !== undefined) {
    const { field, algorithm } = second;
    const problem = `is another ${algorithm.toUpperCase()} than the one before; a file has one`;
    sink.fault(record.line, { field, problem, reason: "REFUSED_REASON_VALUE" });
    return;
  }
  const told = readTold({ scheme, code, votes, sourceId: sourceIdOf(record), size, revoked, removed: "" });
  for (const { algorithm, value, field } of record.hashes) {
    const hex = algorithm === "vpdq" ? filmText(value) : value;
    const quality = algorithm === "pdq" ? qualityIn(record, sink) : "";
    const read = readEntry({ name: algorithm, hex, quality }, told);
    if ("entry" in read) {
      entries.push(read.entry);
      continue;
    }
    for (const { field: of, problem, ...more } of read.faults) {
      const fault = { field: of === "value" ? field : (names[of] ?? of), problem, ...more };
      faults.set(`${fault.field} ${problem}`, fault);
    }
  }
  for (const fault of faults.values()) sink.fault(record.line, fault);
  if (faults.size === 0) for (const entry of entries) sink.entry(entry, record.line, names["code"]);
}

/** A file has one of each; of what looks alike it may have several. */
const OF_BYTES = new Set(["md5", "sha1", "sha256"]);

// A record that names two files: each hash would be sure of the other.
function secondIn(hashes: readonly RecordHash[]): RecordHash | undefined {
  if (hashes.length < 2) return undefined;
  const values = new Map<string, string>();
  return hashes.find(({ algorithm, value }) => {
    const before = values.get(algorithm);
    if (before !== undefined) return before !== value.toLowerCase();
    if (OF_BYTES.has(algorithm)) values.set(algorithm, value.toLowerCase());
    return false;
  });
}

function sourceIdOf({ sourceId = "", hashes }: ListRecord): string {
  const first = hashes.find(({ algorithm }) => algorithm !== "vpdq");
  if (sourceId !== "" || first === undefined || hashes.length === 1) return sourceId;
  return `${first.algorithm}:${first.value.toLowerCase()}`;
}

// Exchanges write the frames of a film as a JSON array of `<PDQ>,<quality>,<seconds>`.
function filmText(text: string): string {
  if (!text.startsWith("[")) return text;
  try {
    const frames: unknown = JSON.parse(text);
    return Array.isArray(frames) ? frames.map((frame) => String(frame).replaceAll(",", ":")).join(" ") : text;
  } catch {
    return text;
  }
}

function qualityIn({ quality = "" }: ListRecord, sink: ListSink): string {
  if (quality !== "") return quality;
  sink.remark(`PDQ without a quality: taken for ${QUALITY_UNTOLD}, the least that exchanges pass on`);
  return QUALITY_UNTOLD;
}

/** Hashes that are read nowhere here, by how lists call them; what the value says itself is left out and counted. */
const UNREAD = new Map([
  ["photodna", "PhotoDNA"],
  ["pdna", "PhotoDNA"],
  ["ssvhpdna", "PhotoDNA of videos"],
  ["ssvhsafer", "Safer hashes of videos"],
  ["sha512", "SHA-512"],
  ["sha384", "SHA-384"],
  ["sha224", "SHA-224"],
  ["tmk", "TMK+PDQF"],
  ["tmkpdqf", "TMK+PDQF"],
  ["videntifier", "Videntifier"],
  ["netclean", "NetClean"],
  ["ssdeep", "ssdeep"],
  ["tlsh", "TLSH"],
  ["crc32", "CRC-32"],
]);

const READ = new Map([
  ["md5", "md5"],
  ["videomd5", "md5"],
  ["sha1", "sha1"],
  ["sha256", "sha256"],
  ["pdq", "pdq"],
  ["blockhash256", "blockhash256"],
  ["vpdq", "vpdq"],
]);

/** A name without its case, accents, and what is neither letter nor digit: `SHA-1 Hash` is `sha1hash`. */
export function plainName(name: string): string {
  // NFKD parts a letter from its accent; most names have none, and this is asked of each row.
  const parted = /[^\0-\x7f]/.test(name) ? name.normalize("NFKD") : name;
  return parted.toLowerCase().replace(/[^a-z0-9]/g, "");
}

type HashKind = { algorithm: string } | { unread: string };

/** What a list calls a kind of hash: as ours is called, or what is left out; undefined for what is no hash. */
export function hashKind(name: string): HashKind | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  if (KINDS.has(name)) return KINDS.get(name);
  const kind = kindOf(name);
  // Each hash of a file has its kind beside it, and there are few. Copied, since a piece of a text keeps the whole text.
  if (KINDS.size < MOST_KINDS && name.length <= LONGEST_KIND) KINDS.set(Buffer.from(name).toString(), kind);
  return kind;
}

const KINDS = new Map<string, HashKind | undefined>();
const MOST_KINDS = 200;
const LONGEST_KIND = 40;
/** No kind has a longer name, whatever stands around it. */
const LONGEST_NAME = 200;

function kindOf(name: string): HashKind | undefined {
  const plain = plainName(name)
    .replace(/^(hashwert|hash|prue?fsumme)(?=.)/, "")
    .replace(/(hash|sum|value|hex|wert|prue?fsumme)+$/, "");
  const algorithm = READ.get(plain);
  if (algorithm !== undefined) return { algorithm };
  const unread = UNREAD.get(plain);
  return unread === undefined ? undefined : { unread };
}

/** The kind of a hash of which the file tells none, by its length. What could be two is taken for SHA-256. */
export function kindByLength(hex: string): string | undefined {
  if (!/^[0-9a-f]+$/i.test(hex)) return undefined;
  return BY_DIGITS.get(hex.length);
}

const BY_DIGITS = new Map([
  [32, "md5"],
  [40, "sha1"],
  [64, "sha256"],
]);

export const TAKEN_FOR_SHA256 =
  "hashes of 64 digits taken for SHA-256, which nothing in the file says: PDQ look the same, and need a column or a line that says so";

/** As `hashKind`, and what signals of exchanges there are that are no hash of a picture or film. */
export function signalKind(name: string): HashKind | undefined {
  const plain = name.length <= LONGEST_NAME ? plainName(name).replace(/^hash(?=.)/, "") : "";
  return OTHER_SIGNALS.has(plain) ? { unread: name } : hashKind(name);
}

const OTHER_SIGNALS = new Set("url urlmd5 uri rawuri rawtext text trendquery unclickableurl domain".split(" "));
