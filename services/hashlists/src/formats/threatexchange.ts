import {
  firstLines,
  isTooLong,
  readerOfLines,
  TOO_LONG,
  type ListFormat,
  type ListReader,
  type ListSink,
} from "./list-format.ts";
import { kindByLength, signalKind, takeRecord } from "./list-record.ts";
import { fieldsOf } from "./records.ts";
import { headerIn, readerOfTable, type Header, type TableKind } from "./table.ts";

const KIND: TableKind = {
  roles: new Map([
    ...["indicator", "signal", "hash", "value", "signalvalue", "contentsignal"].map((name) => [name, "value"] as const),
    ...["type", "indicatortype", "signaltype"].map((name) => [name, "kind"] as const),
    ...["indicatorid", "id", "signalid"].map((name) => [name, "sourceId"] as const),
    ...["status", "tags", "opinion"].map((name) => [name, "opinion"] as const),
    ["quality", "quality"] as const,
  ]),
  scheme: "",
  codeOf: () => "",
  of64: "pdq",
};

/**
 * ThreatExchange and Hasher-Matcher-Actioner: a line of `<signal type> <signal>`, a table that names `indicator` or
 * `signal`, or the table that `tx` keeps, which has no header: `indicator, descriptor, added on, tags`.
 */
export const THREATEXCHANGE: ListFormat = {
  name: "LIST_FORMAT_THREATEXCHANGE",
  title: "a ThreatExchange list",
  begins: (start) => shapeOf(start) !== undefined,
  reader: (sink) => {
    let start = "";
    let reader: ListReader | undefined;
    return {
      push: (text) => {
        if (reader !== undefined) return reader.push(text);
        start += text;
        const isFirstLineThere = /[\r\n]/.test(start.trimStart()) || start.length > MOST_START;
        if (isFirstLineThere) (reader = readerOf(sink, start)).push(start);
      },
      end: () => {
        if (reader === undefined) (reader = readerOf(sink, start)).push(start);
        reader.end();
      },
    };
  },
  repeats: "first",
  isOfAbuse: false,
};

const MOST_START = 8192;

function readerOf(sink: ListSink, start: string): ListReader {
  const shape = shapeOf(start);
  if (shape === "header") return readerOfTable(sink, KIND);
  if (shape !== undefined && shape !== "signals") return readerOfTable(sink, KIND, shape);
  const [first = ""] = firstLines(start);
  return readerOfSignals(sink, kindByLength(first.trim()) === undefined ? takeSignal : takeBare);
}

function shapeOf(start: string): "header" | "signals" | Header | undefined {
  const [line = ""] = firstLines(start);
  if (isTooLong(line)) return undefined;
  const [type = "", signal = ""] = line.trim().split(/\s+/);
  const kind = signalKind(type);
  // Words with a tab between them name columns.
  const isSignal =
    kind !== undefined && signal !== "" && ("unread" in kind ? !line.includes("\t") : SIGNAL.test(signal));
  if (isSignal) return "signals";
  const header = headerIn(start, KIND.roles);
  const isNamed = ({ columns }: Header) => columns.some(({ name }) => /^(indicator|signal)/i.test(name));
  if (header !== undefined && isNamed(header)) return "header";
  const fields = fieldsOf([line])[0] ?? [];
  const [value = "", id = ""] = fields;
  if (!/^[0-9a-f]{32,64}$/i.test(value) || !/^\d{9,}$/.test(id)) return undefined;
  const names = COLUMNS_KEPT.get(fields.length);
  return names && { delimiter: ",", lines: 0, columns: names.map(([name, role]) => ({ name, role })) };
}

const NOT_KEPT = ["descriptor", undefined] as const;
const COLUMNS_KEPT = new Map([
  [4, [["indicator", "value"], NOT_KEPT, ["added_on", undefined], ["tags", "opinion"]] as const],
  [
    5,
    [
      ["indicator", "value"],
      ["indicator_id", "sourceId"],
      NOT_KEPT,
      ["added_on", undefined],
      ["tags", "opinion"],
    ] as const,
  ],
]);

function readerOfSignals(sink: ListSink, take: typeof takeSignal): ListReader {
  return readerOfLines((lines, before) => {
    for (const [i, text] of lines.entries()) {
      if (isTooLong(text)) sink.fault(before + i + 1, TOO_LONG);
      else if (text.trim() !== "") take(sink, text.trim(), before + i + 1);
    }
  });
}

// What exchanges leave out where all signals are of one kind; only who says the format gets here.
function takeBare(sink: ListSink, text: string, line: number): void {
  const kind = kindByLength(text);
  const field = "signal";
  if (kind === undefined) {
    sink.fault(line, { field, problem: "is no hash of 32, 40 or 64 hex digits", reason: "REFUSED_REASON_VALUE" });
    return;
  }
  if (kind === "sha256") sink.remark("hashes of 64 digits taken for PDQ, which nothing in the file says");
  takeRecord(sink, { line, hashes: [{ algorithm: kind === "sha256" ? KIND.of64 : kind, value: text, field }] });
}

function takeSignal(sink: ListSink, text: string, line: number): void {
  const [, type = "", value = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
  const kind = signalKind(type);
  if (kind === undefined)
    sink.fault(line, { field: "line", problem: "begins with no kind of signal", reason: "REFUSED_REASON_LINE" });
  else if ("unread" in kind) sink.leaveOut(kind.unread);
  else if (/\s/.test(value) && !value.startsWith("[")) {
    sink.fault(line, { field: "line", problem: "has more than a kind and a signal", reason: "REFUSED_REASON_LINE" });
  } else takeRecord(sink, { line, hashes: [{ ...kind, value, field: "signal" }] });
}

/** "MD5 hash" is the name of a column. */
const SIGNAL = /^(?:\["?)?[0-9a-f]{30,}/i;
