import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { filmLengthFault, filmValue, readFilmText } from "@ntd/imagehash/films";
import { shown } from "@ntd/service";
import { emptyHash, hashStart, hashText } from "./empty-hash.ts";
import { readTold, whole, type Told } from "./entry-told.ts";
import { faultIn, type Fault } from "./fault.ts";

export const COLUMNS = ["algorithm", "value", "quality", "scheme", "code", "votes", "source_id"] as const;

/** Behind the others, in this order, in a list that tells them. */
export const MORE_COLUMNS = ["size", "revoked", "removed"] as const;

export type AlgorithmName = "SHA256" | "SHA1" | "MD5" | "PDQ" | "BLOCKHASH256" | "VPDQ";

/** A line of a list, read. */
export interface EntryLine {
  algorithm: AlgorithmName;
  /** Lower-case hex; of a film, of the bytes that all its frames take. */
  value: string;
  /** Of PDQ; 0 for the others. */
  quality: number;
  /** Both or neither are empty. */
  scheme: string;
  code: string;
  votes: number;
  sourceId: string;
  /** Of the listed file in bytes; absent where it is not told. */
  size?: number;
  /** It is no entry: this one is taken back, and why. */
  revoked?: RevocationCause;
  /** It is no entry: a delta removes this one. */
  removed?: true;
}

/** Reads the fields of a line, or says of each what is wrong. A fault shows the beginning of a hash, never all of it. */
export function readEntryLine(
  fields: readonly string[],
  more: readonly string[] = [],
): { entry: EntryLine } | { faults: Fault[] } {
  const columns = COLUMNS.length + more.length;
  if (fields.length !== columns) {
    const problem = `has ${fields.length} fields; it takes ${columns}`;
    return { faults: [{ field: "line", problem, reason: "REFUSED_REASON_LINE" }] };
  }
  const [name = "", hex = "", quality = "", scheme = "", code = "", votes = "", sourceId = ""] = fields;
  const [size = "", revoked = "", removed = ""] = moreTexts(fields, more);
  return readEntry({ name, hex, quality }, readTold({ scheme, code, votes, sourceId, size, revoked, removed }));
}

/** The texts of a hash. */
export interface HashTexts {
  name: string;
  hex: string;
  quality: string;
}

/** Reads a hash of which all of that is told. */
export function readEntry(texts: HashTexts, told: Told): { entry: EntryLine } | { faults: Fault[] } {
  const { scheme, code, votes, sourceId, more } = told;
  const hash = readHash(texts, told.isEntry);
  if ("faults" in hash) return { faults: [...hash.faults, ...told.faults] };
  if (told.faults.length > 0) return { faults: [...told.faults] };
  const { algorithm, value, quality } = hash;
  const entry: EntryLine = { algorithm, value, quality, scheme, code, votes, sourceId };
  return { entry: more === undefined ? entry : Object.assign(entry, more) };
}

type Hash = Pick<EntryLine, "algorithm" | "value" | "quality">;

function readHash({ name, hex, quality: qualityText }: HashTexts, isEntry: boolean): Hash | { faults: Fault[] } {
  const algorithm = ALGORITHMS.get(name) ?? ALGORITHMS.get(name.toLowerCase().replaceAll("-", ""));
  if (algorithm === undefined) {
    const problem = `${shown(name)} is none of ${[...ALGORITHMS.keys()].join(", ")}`;
    return { faults: [faultIn("algorithm", problem, name)] };
  }
  const faults: Fault[] = [];
  const { value = "", problem } = readValue(algorithm, hex.toLowerCase());
  if (problem !== undefined) faults.push(faultIn("value", problem, hashText(hex)));
  // What should never have been listed can be taken back.
  const empty = problem === undefined && isEntry ? emptyHash(algorithm, value) : undefined;
  if (empty !== undefined) faults.push(faultIn("value", empty, hashText(hex), "REFUSED_REASON_MEANINGLESS"));
  const quality = whole(qualityText, 100);
  if (algorithm === "PDQ") {
    if (quality === undefined) faults.push(faultIn("quality", "PDQ takes a whole number from 0 to 100", qualityText));
  } else if (qualityText !== "" && quality !== 0) {
    faults.push(faultIn("quality", "only PDQ has one; leave it empty", qualityText));
  }
  return faults.length > 0 ? { faults } : { algorithm, value, quality: quality ?? 0 };
}

// What stands in `MORE_COLUMNS`; a line has all of them, or none, in nearly every file.
function moreTexts(fields: readonly string[], more: readonly string[]): readonly string[] {
  if (more.length === 0) return NO_MORE;
  if (more.length === MORE_COLUMNS.length) return fields.slice(COLUMNS.length);
  return MORE_COLUMNS.map((one) => {
    const at = more.indexOf(one);
    return at < 0 ? "" : (fields[COLUMNS.length + at] ?? "");
  });
}

const NO_MORE: readonly string[] = [];

/** By the words of a list, without hyphens. */
export const ALGORITHMS = new Map<string, AlgorithmName>(
  Object.entries({
    sha256: "SHA256",
    sha1: "SHA1",
    md5: "MD5",
    pdq: "PDQ",
    blockhash256: "BLOCKHASH256",
    vpdq: "VPDQ",
  } as const),
);

const BYTES: Readonly<Record<Exclude<AlgorithmName, "VPDQ">, number>> = {
  SHA256: 32,
  SHA1: 20,
  MD5: 16,
  PDQ: 32,
  BLOCKHASH256: 32,
};

/** What is wrong with the length of a hash; undefined where nothing is. */
export function lengthFault(algorithm: AlgorithmName, bytes: number): string | undefined {
  if (algorithm === "VPDQ") return filmLengthFault(bytes);
  return bytes === BYTES[algorithm] ? undefined : `has ${bytes} bytes; ${algorithm} takes ${BYTES[algorithm]}`;
}

function readValue(algorithm: AlgorithmName, text: string): { value?: string; problem?: string } {
  if (text === "") return { problem: "is missing" };
  if (algorithm === "VPDQ") {
    const read = readFilmText(text);
    return "problem" in read ? read : { value: Buffer.from(filmValue(read.frames)).toString("hex") };
  }
  const digits = 2 * BYTES[algorithm];
  if (!/^[0-9a-f]*$/.test(text)) return { problem: `${hashStart(text)} holds something else than hex digits` };
  if (text.length === digits) return { value: text };
  return { problem: `${hashStart(text)} has ${text.length} hex digits; ${algorithm} takes ${digits}` };
}
