import type { ListFormat as Format } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { EntryLine } from "./entry-line.ts";
import type { Fault } from "./fault.ts";
import { LineSplitter, MAX_LINE } from "../reading/line-splitter.ts";

export type FormatName = Exclude<Format, "LIST_FORMAT_UNSPECIFIED" | "UNRECOGNIZED">;

/** A way to write a list: how its files begin, and who reads them. */
export interface ListFormat {
  name: FormatName;
  /** For people. */
  title: string;
  /** Whether a file of it begins so; `start` is its first characters, or all of it. */
  begins(start: string): boolean;
  reader(sink: ListSink): ListReader;
  /**
   * What becomes of a hash that stands there again: the first stands, and what tells it otherwise is refused
   * (`exactly`), or what is of another class (`first`); or each is a vote of whom its source id names.
   */
  repeats: "exactly" | "first" | { voterOf: (sourceId: string) => string };
  /** Its makers list abuse material and nothing else. */
  isOfAbuse: boolean;
}

/** Reads a list in pieces. What it is to hold back is bounded, whatever the pieces are. */
export interface ListReader {
  /** @throws Problem FIELD_INVALID for a file that cannot be read on. */
  push(text: string): void;
  /** @throws Problem FIELD_INVALID for a file that ends too early. */
  end(): void;
}

/** Takes what is read. Lines and records count from 1. */
export interface ListSink {
  /** The list speaks against abuse material: what is harmless belongs there. */
  readonly isNegative: boolean;
  /** @param classField what its class is called in the file; absent: "code". */
  entry(entry: EntryLine, line: number, classField?: string): void;
  fault(line: number, fault: Fault): void;
  /** Something that is no entry here, counted by what it is. */
  leaveOut(what: string): void;
  /** What an approver should know, once. */
  remark(text: string): void;
  /** What is not kept, and looks like classes that nobody knows as such: by its name in the file. */
  mayBeClasses(column: string): void;
  /** Whatever the file lists under this source id, before or behind, is not listed. */
  withdraw(sourceId: string): void;
}

/** A reader of lines: `take` gets them with how many stood before them. */
export function readerOfLines(take: (lines: string[], before: number) => void): ListReader {
  const splitter = new LineSplitter();
  let before = 0;
  const read = (lines: string[]) => {
    if (lines.length > 0) take(lines, before);
    before += lines.length;
  };
  return { push: (text) => read(splitter.push(text)), end: () => read(splitter.end()) };
}

export function isTooLong(line: string): boolean {
  return line.length > MAX_LINE;
}

export const TOO_LONG: Fault = {
  field: "line",
  problem: `has over ${MAX_LINE} characters`,
  reason: "REFUSED_REASON_LINE",
};
export const MISQUOTED: Fault = {
  field: "line",
  problem: "has a quotation mark out of place",
  reason: "REFUSED_REASON_LINE",
};

/** The lines of a file's beginning that say something. */
export function firstLines(start: string): string[] {
  return start.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
}
