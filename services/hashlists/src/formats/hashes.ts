import { isTooLong, firstLines, readerOfLines, TOO_LONG, type ListFormat, type ListSink } from "./list-format.ts";
import { kindByLength, NO_SCHEME, TAKEN_FOR_SHA256, takeRecord } from "./list-record.ts";
import { UnknownColumn } from "../classes/unknown-column.ts";
import { isNoVerdictBehind, isVerdict } from "../classes/verdicts.ts";

/** A hash a line, its kind told by its length; a class or a file's name may stand behind it, as `md5sum` writes. */
export const HASHES: ListFormat = {
  name: "LIST_FORMAT_HASHES",
  title: "a hash a line",
  begins: (start) => {
    const first = firstLines(start).find((line) => !isComment(line));
    return first !== undefined && !isTooLong(first) && toldIn(first).hashes.length > 0;
  },
  reader: (sink) => {
    const seen: Seen = { behind: [], alone: new Map() };
    const reader = readerOfLines((lines, before) => {
      for (const [i, text] of lines.entries()) {
        const line = before + i + 1;
        if (isTooLong(text)) sink.fault(line, TOO_LONG);
        else if (text.trim() !== "" && !isComment(text)) takeLine(sink, seen, text, line);
      }
    });
    const end = () => {
      reader.end();
      if (seen.behind.some(({ mayBeClasses }) => mayBeClasses)) sink.mayBeClasses("what stands behind the hashes");
      tellGlued(sink, seen);
    };
    return { ...reader, end };
  },
  repeats: "first",
  isOfAbuse: false,
};

function isComment(line: string): boolean {
  return line.trimStart().startsWith("#");
}

/** What is known of a file at its end alone. */
interface Seen {
  /** Of the words behind the hashes, by their places. */
  behind: UnknownColumn[];
  /** Lines that have one hash, by its kind. */
  alone: Map<string, number>;
}

/** Of a hundred lines so many make a list of one kind of hashes. */
const MOSTLY = 90;

// By itself it cannot be told from a SHA-256.
function tellGlued(sink: ListSink, { alone }: Seen): void {
  const [md5, sha256] = [alone.get("md5") ?? 0, alone.get("sha256") ?? 0];
  const all = [...alone.values()].reduce((sum, count) => sum + count, 0);
  if (sha256 === 0 || md5 * 100 < MOSTLY * all) return;
  const some = `${sha256} of ${all} lines, nearly all others MD5`;
  sink.remark(`64 digits in ${some}: two MD5 without an end of line between them look like a SHA-256`);
}

function takeLine(sink: ListSink, { behind, alone }: Seen, text: string, line: number): void {
  const { hashes: values, code, words } = toldIn(text);
  if (values.length === 0) {
    const problem = "the line begins with no hash of 32, 40 or 64 hex digits";
    sink.fault(line, { field: "hash", problem, reason: "REFUSED_REASON_VALUE" });
    return;
  }
  if (!isVerdict(code)) {
    sink.leaveOut("lines of category 0, which nobody judged to be unlawful");
    return;
  }
  if (!sink.isNegative && words.some(isNoVerdictBehind)) {
    sink.leaveOut("lines of files that are called harmless, or that nobody judged");
    return;
  }
  if (code === "")
    for (const [i, word] of words.slice(0, MOST_WORDS).entries()) (behind[i] ??= new UnknownColumn()).take(word);
  const hashes = values.map((value) => ({ algorithm: kindByLength(value) ?? "", value, field: "hash" }));
  const [first, ...others] = hashes;
  if (first !== undefined && others.length === 0) alone.set(first.algorithm, (alone.get(first.algorithm) ?? 0) + 1);
  if (hashes.some(({ algorithm }) => algorithm === "sha256")) sink.remark(TAKEN_FOR_SHA256);
  takeRecord(sink, { line, hashes, ...(code !== "" && { scheme: NO_SCHEME, code }) });
}

/** Of a line without a header so many are looked at. */
const MOST_WORDS = 10;

interface Told {
  hashes: string[];
  code: string;
  /** What else stands there: a name, or a judgement. */
  words: string[];
}

const CODE = /^\d{1,3}$/;

/** What a line says; no hash where it begins with none. */
function toldIn(line: string): Told {
  // A backslash before it says that the name behind it has some.
  const text = line.trim().replace(/^\\(?=[0-9a-f])/i, "");
  if (/^"?[0-9a-f]+"?\s*[,;\t|]/i.test(text)) {
    const fields = text.split(/[,;\t|]/).map((word) => word.trim().replace(/^"(.*)"$/, "$1"));
    const isHash = (field: string) => kindByLength(field) !== undefined;
    const code = fields.find((field) => CODE.test(field)) ?? "";
    const words = fields.filter((field) => !isHash(field) && !CODE.test(field));
    return { hashes: isHash(fields[0] ?? "") ? fields.filter(isHash) : [], code, words };
  }
  const [first = ""] = text.split(/\s/, 1);
  const rest = text.slice(first.length);
  const hashes = kindByLength(first) === undefined ? [] : [first];
  // The name of a file, which may hold anything, stands behind two signs.
  const isCode = /^\s\d{1,3}$/.test(rest);
  return { hashes, code: isCode ? rest.trim() : "", words: isCode || rest === "" ? [] : [rest.trim()] };
}
