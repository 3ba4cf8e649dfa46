import {
  firstLines,
  isTooLong,
  readerOfLines,
  TOO_LONG,
  type ListFormat,
  type ListReader,
  type ListSink,
} from "./list-format.ts";
import { hashKind, takeRecord } from "./list-record.ts";
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
  return shape === undefined || shape === "signals" ? readerOfSignals(sink) : readerOfTable(sink, KIND, shape);
}

function shapeOf(start: string): "header" | "signals" | Header | undefined {
  const [line = ""] = firstLines(start);
  if (isTooLong(line)) return undefined;
  const [type = "", signal = ""] = line.trim().split(/\s+/);
  if (NO_PICTURES.has(type) || (signalKind(type) !== undefined && SIGNAL.test(signal))) return "signals";
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

function readerOfSignals(sink: ListSink): ListReader {
  return readerOfLines((lines, before) => {
    for (const [i, text] of lines.entries()) {
      if (isTooLong(text)) sink.fault(before + i + 1, TOO_LONG);
      else if (text.trim() !== "") takeSignal(sink, text.trim(), before + i + 1);
    }
  });
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
const NO_PICTURES = new Set(["url", "url_md5", "raw_text", "trend_query", "text"]);

function signalKind(type: string) {
  if (NO_PICTURES.has(type)) return { unread: type };
  return hashKind(type);
}
