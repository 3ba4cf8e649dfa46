import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { RefusedReason } from "@ntd/proto/hashlists/v1/hash_list_service";
import { filmLengthFault, filmValue, readFilmText } from "@ntd/imagehash/films";
import { shown } from "@ntd/service";
import { emptyHash, hashStart, hashText } from "./empty-hash.ts";

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

export type RefusedReasonName = Exclude<RefusedReason, "REFUSED_REASON_UNSPECIFIED" | "UNRECOGNIZED">;

export interface Fault {
  field: string;
  problem: string;
  reason: RefusedReasonName;
  /** How the field's value begins. */
  value?: string;
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
  const [name = "", hex = "", qualityText = "", scheme = "", code = "", votesText = "", sourceId = ""] = fields;
  const [sizeText = "", causeText = "", removedText = ""] = moreTexts(fields, more);
  const faults: Fault[] = [];
  const fault = (field: keyof typeof REASONS, problem: string, text = "", reason: RefusedReasonName = REASONS[field]) =>
    void faults.push({ field, problem, reason, ...(text !== "" && { value: text.slice(0, SHOWN) }) });
  const algorithm = ALGORITHMS.get(name) ?? ALGORITHMS.get(name.toLowerCase().replaceAll("-", ""));
  if (algorithm === undefined)
    fault("algorithm", `${shown(name)} is none of ${[...ALGORITHMS.keys()].join(", ")}`, name);
  const { value = "", problem } = algorithm === undefined ? {} : readValue(algorithm, hex.toLowerCase());
  if (problem !== undefined) fault("value", problem, hashText(hex));
  const revoked = causeText === "" ? undefined : CAUSES.get(causeText.toLowerCase().replaceAll("_", "-"));
  // What should never have been listed can be taken back.
  const isEntry = causeText === "" && removedText === "";
  const empty = algorithm && problem === undefined && isEntry ? emptyHash(algorithm, value) : undefined;
  if (empty !== undefined) fault("value", empty, hashText(hex), "REFUSED_REASON_MEANINGLESS");
  const quality = whole(qualityText, 100);
  if (algorithm === "PDQ" && quality === undefined)
    fault("quality", "PDQ takes a whole number from 0 to 100", qualityText);
  if (algorithm !== undefined && algorithm !== "PDQ" && qualityText !== "" && quality !== 0) {
    fault("quality", "only PDQ has one; leave it empty", qualityText);
  }
  if ((scheme === "") !== (code === "")) fault(scheme === "" ? "scheme" : "code", "scheme and code go together");
  const limited = (field: "scheme" | "code" | "source_id", text: string) => {
    if (text.length > MAX_TEXT) fault(field, `has ${text.length} characters; at most ${MAX_TEXT}`);
    // In its place stood something else; two files would seem to be one.
    if (text.includes("\ufffd")) fault(field, "holds what is no UTF-8; save the list as UTF-8");
    // Texts are kept one a line.
    if (CONTROL.test(text)) fault(field, "holds a control character");
  };
  limited("scheme", scheme);
  limited("code", code);
  limited("source_id", sourceId);
  const votes = votesText === "" ? 1 : whole(votesText, MAX_VOTES);
  if (votes === undefined) fault("votes", `${shown(votesText)} is no whole number from 0 to ${MAX_VOTES}`, votesText);
  const size = sizeText === "" ? 0 : whole(sizeText, MAX_SIZE);
  if (size === undefined)
    fault("size", `${shown(sizeText)} is no whole number of bytes from 0 to ${MAX_SIZE}`, sizeText);
  if (causeText !== "" && revoked === undefined) {
    fault("revoked", `${shown(causeText)} is none of ${[...CAUSES.keys()].join(", ")}`, causeText);
  }
  const removed = removedText.toLowerCase() === "yes";
  if (removedText !== "" && !removed) fault("removed", `${shown(removedText)} is neither yes nor empty`);
  if (removed && causeText !== "") fault("removed", "goes with no cause in revoked: what is taken back is gone anyway");
  if (algorithm === undefined || votes === undefined || size === undefined || faults.length > 0) return { faults };
  const entry = { algorithm, value, quality: quality ?? 0, scheme, code, votes, sourceId };
  // Nearly all are such, and a copy of each would be garbage at once.
  if (isEntry && size === 0) return { entry };
  return { entry: { ...entry, ...(size > 0 && { size }), ...(revoked && { revoked }), ...(removed && { removed }) } };
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

/** Of a value that is shown: no hash that got into another column can be known by it. */
const SHOWN = 12;

const REASONS = {
  algorithm: "REFUSED_REASON_ALGORITHM",
  value: "REFUSED_REASON_VALUE",
  quality: "REFUSED_REASON_QUALITY",
  scheme: "REFUSED_REASON_CLASSIFICATION",
  code: "REFUSED_REASON_CLASSIFICATION",
  votes: "REFUSED_REASON_VOTES",
  size: "REFUSED_REASON_SIZE",
  source_id: "REFUSED_REASON_SOURCE_ID",
  revoked: "REFUSED_REASON_TAKEN_BACK",
  removed: "REFUSED_REASON_TAKEN_BACK",
} as const satisfies Record<string, RefusedReasonName>;

/** Words of a stranger are looked up in maps: an object knows "constructor", too. */
export const CAUSES = new Map<string, RevocationCause>(
  Object.entries({
    "wrong-file": "REVOCATION_CAUSE_WRONG_FILE",
    "not-illegal": "REVOCATION_CAUSE_NOT_ILLEGAL",
    "withdrawn-by-contributor": "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR",
    expired: "REVOCATION_CAUSE_EXPIRED",
    licence: "REVOCATION_CAUSE_LICENCE",
    reclassed: "REVOCATION_CAUSE_RECLASSED",
    duplicate: "REVOCATION_CAUSE_DUPLICATE",
  } as const),
);

const MAX_TEXT = 200;
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const MAX_VOTES = 1_000_000;
const MAX_SIZE = 2 ** 32 - 1;

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

function whole(text: string, most: number): number | undefined {
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && value <= most ? value : undefined;
}
