import { isTooLong, firstLines, readerOfLines, TOO_LONG, type ListFormat, type ListSink } from "./list-format.ts";
import { isVerdict, kindByLength, NO_SCHEME, TAKEN_FOR_SHA256, takeRecord } from "./list-record.ts";

/** A hash a line, its kind told by its length; a class or a file's name may stand behind it, as `md5sum` writes. */
export const HASHES: ListFormat = {
  name: "LIST_FORMAT_HASHES",
  title: "a hash a line",
  begins: (start) => {
    const first = firstLines(start).find((line) => !isComment(line));
    return first !== undefined && !isTooLong(first) && kindByLength(wordsOf(first)[0] ?? "") !== undefined;
  },
  reader: (sink) =>
    readerOfLines((lines, before) => {
      for (const [i, text] of lines.entries()) {
        const line = before + i + 1;
        if (isTooLong(text)) sink.fault(line, TOO_LONG);
        else if (text.trim() !== "" && !isComment(text)) takeLine(sink, text, line);
      }
    }),
  repeats: "first",
  isOfAbuse: false,
};

function isComment(line: string): boolean {
  return line.trimStart().startsWith("#");
}

function takeLine(sink: ListSink, text: string, line: number): void {
  const words = wordsOf(text);
  const [first = ""] = words;
  if (kindByLength(first) === undefined) {
    const problem = "the line begins with no hash of 32, 40 or 64 hex digits";
    sink.fault(line, { field: "hash", problem, reason: "REFUSED_REASON_VALUE" });
    return;
  }
  const code = words.find((word) => /^\d{1,3}$/.test(word)) ?? "";
  if (!isVerdict(code)) {
    sink.leaveOut("lines of category 0, which nobody judged to be unlawful");
    return;
  }
  const hashes = words.flatMap((value) => {
    const algorithm = kindByLength(value);
    return algorithm === undefined ? [] : [{ algorithm, value, field: "hash" }];
  });
  if (hashes.some(({ algorithm }) => algorithm === "sha256")) sink.remark(TAKEN_FOR_SHA256);
  takeRecord(sink, { line, hashes, ...(code !== "" && { scheme: NO_SCHEME, code }) });
}

// What stands behind a blank is the name of a file, which may hold anything.
function wordsOf(line: string): string[] {
  // A backslash before it says that the name behind it has some.
  const text = line.trim().replace(/^\\(?=[0-9a-f])/i, "");
  const isTable = /^"?[0-9a-f]+"?\s*[,;\t|]/i.test(text);
  return isTable ? text.split(/[,;\t|]/).map((word) => word.trim().replace(/^"(.*)"$/, "$1")) : text.split(/\s/, 1);
}
