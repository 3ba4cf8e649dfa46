import { shown } from "@ntd/service";
import { readerOfJson, type JsonVisitor, type Scalar } from "../reading/json-walk.ts";
import type { ListFormat, ListSink } from "./list-format.ts";
import { hashKind, takeRecord, type RecordHash } from "./list-record.ts";
import { refusedFile } from "./refused-file.ts";
import { isVerdict } from "../classes/verdicts.ts";

/**
 * Project VIC: sets of 1.1 to 2.0, whose records stand in `value`, and cases, where they stand in the `Media` of each. Of
 * a record its hashes, class and size are kept, and nothing of series, victims, offenders, places and files.
 */
export const VICS_JSON: ListFormat = {
  name: "LIST_FORMAT_VICS_JSON",
  title: "VICS JSON",
  begins: (start) =>
    /^\s*[[{]/.test(start) &&
    /ProjectVic|VICSDATAMODEL|"odata\.metadata"|"MediaID"|"value"\s*:\s*\[\s*\{\s*"(MD5|CaseID)"/i.test(start),
  reader: (sink) => readerOfJson(new VicsVisitor(sink)),
  repeats: "first",
  isOfAbuse: true,
};

const FIELDS = ["mediaid", "md5", "sha1", "category", "mediasize", "photodna"] as const;
type Field = (typeof FIELDS)[number];
const TWICE = "stands there twice, and differs";

/** An object or array that is being read. */
type Frame =
  | { is: "other" }
  | { is: "top" }
  /** An array of records. */
  | { is: "records" }
  | MediaFrame
  | { is: "alternatives"; of: MediaFrame }
  | { is: "alternative"; of: MediaFrame; name?: string; value?: string };

interface MediaFrame {
  is: "media";
  fields: Map<Field, string>;
  alternatives: RecordHash[];
  /** What of it cannot be believed: its field, and why. */
  torn?: { field: string; problem: string };
  /** It is a case that holds records, and none itself. */
  isCase: boolean;
}

export const MOST_ALTERNATIVES = 20;
/** No field that is kept is longer. */
const MOST_TEXT = 200;

class VicsVisitor implements JsonVisitor {
  readonly #sink: ListSink;
  readonly #frames: Frame[] = [];
  #records = 0;
  #scheme: string | undefined;
  /** Arrays of records at the top. */
  readonly #arrays = new Set<string>();

  constructor(sink: ListSink) {
    this.#sink = sink;
  }

  get where(): string {
    return this.#records === 0 ? "its beginning" : `record ${this.#records}`;
  }

  open(kind: "object" | "array", key: string | undefined): void {
    const around = this.#frames.at(-1);
    const name = key?.toLowerCase() ?? "";
    if (around?.is === "media" && OF_TEXT.has(name)) {
      around.torn ??= { field: key ?? name, problem: "is no text and no number" };
    }
    if (around?.is === "top" && kind === "array" && RECORDS.has(name)) {
      if (this.#arrays.has(name)) throw refusedFile(`its ${name} stands there twice`);
      this.#arrays.add(name);
    }
    this.#frames.push(kind === "array" ? arrayIn(around, name) : this.#objectIn(around));
  }

  close(): void {
    const frame = this.#frames.pop();
    if (frame?.is === "alternative") noteAlternative(this.#sink, frame);
    if (frame?.is === "media" && !frame.isCase) this.#take(frame);
  }

  scalar(value: Scalar, key: string | undefined): void {
    const frame = this.#frames.at(-1);
    const name = key?.toLowerCase() ?? "";
    if (frame?.is === "media") noteField(frame, name, value);
    else if (frame?.is === "top" && (name === "odata.metadata" || name === "@odata.context"))
      this.#context(String(value));
    else if (frame?.is === "alternative" && typeof value === "string") {
      if (name === "hashname" || name === "hashvalue") noteOfAlternative(frame, name, value);
    }
  }

  #objectIn(around: Frame | undefined): Frame {
    if (around === undefined) return { is: "top" };
    if (around.is === "alternatives") return { is: "alternative", of: around.of };
    if (around.is !== "records") return { is: "other" };
    this.#records++;
    return { is: "media", fields: new Map(), alternatives: [], isCase: false };
  }

  // Which country's categories they are. Behind the records it would come too late.
  #context(context: string): void {
    const [, segment = ""] = /\.xml\/([\w-]{1,20})\/\$metadata/i.exec(context) ?? [];
    if (this.#records > 0)
      throw refusedFile("its context stands behind its records; it is to stand first, as VICS has it");
    const scheme = segment === "" ? "vics" : `vics-${segment.toLowerCase()}`;
    if (this.#scheme !== undefined && this.#scheme !== scheme) {
      throw refusedFile(`it has two contexts, of ${this.#scheme} and of ${scheme}`);
    }
    this.#scheme = scheme;
  }

  #take(media: MediaFrame): void {
    const line = this.#records;
    const { fields, alternatives, torn } = media;
    const text = (field: Field) => fields.get(field) ?? "";
    if (line === 1 && text("md5") === "" && text("mediaid") === "") {
      throw refusedFile("its first record has neither MD5 nor MediaID: it is no VICS");
    }
    if (text("photodna") !== "") this.#sink.leaveOut("PhotoDNA");
    const code = text("category");
    if (torn !== undefined) this.#sink.fault(line, { ...torn, reason: "REFUSED_REASON_LINE" });
    else if (code !== "" && !/^\d{1,4}$/.test(code)) {
      const problem = `${shown(code)} is no whole number`;
      this.#sink.fault(line, { field: "Category", problem, reason: "REFUSED_REASON_CLASSIFICATION" });
    } else if (code === "" || !isVerdict(code)) {
      this.#sink.leaveOut("records without a category, which nobody judged to be unlawful");
    } else if (!CATEGORIES.has(code)) {
      this.#sink.leaveOut(
        `records of category ${code}, which is each country's own and stands for lawful files in some`,
      );
    } else if (text("md5") === "")
      this.#sink.fault(line, { field: "MD5", problem: "is missing", reason: "REFUSED_REASON_VALUE" });
    else {
      const hashes = [...hashesOf(media), ...alternatives];
      takeRecord(
        this.#sink,
        { line, hashes, scheme: this.#scheme ?? "vics", code, size: sizeOf(text("mediasize")) },
        NAMES,
      );
    }
  }
}

/** What stands for unlawful files in every country whose numbers are known. */
export const CATEGORIES: ReadonlySet<string> = new Set(["1", "2", "3"]);
const NAMES = { size: "MediaSize", code: "Category" };

const RECORDS = new Set(["value", "media", "cases"]);
/** What is read of a record: an object in its place is a mistake. */
const OF_TEXT: ReadonlySet<string> = new Set(["md5", "sha1", "category", "mediasize"]);

function arrayIn(around: Frame | undefined, key: string): Frame {
  if (around === undefined) return { is: "records" };
  if (around.is === "top" && RECORDS.has(key)) return { is: "records" };
  if (around.is !== "media") return { is: "other" };
  if (key === "media") {
    if (around.isCase) throw refusedFile("a case has its Media twice");
    around.isCase = true;
    return { is: "records" };
  }
  return key === "alternativehashes" ? { is: "alternatives", of: around } : { is: "other" };
}

function noteField(media: MediaFrame, name: string, value: Scalar): void {
  const field = FIELDS.find((one) => one === name);
  if (field === undefined) return;
  const text = value === null ? "" : String(value).trim().slice(0, MOST_TEXT);
  const before = media.fields.get(field);
  if (before !== undefined && before !== text) media.torn ??= { field, problem: TWICE };
  media.fields.set(field, text);
}

function noteOfAlternative(frame: Frame & { is: "alternative" }, key: "hashname" | "hashvalue", value: string): void {
  const text = value.trim().slice(0, MOST_TEXT);
  const part = key === "hashname" ? "name" : "value";
  if (frame[part] !== undefined && frame[part] !== text)
    frame.of.torn ??= { field: "AlternativeHashes", problem: TWICE };
  frame[part] = text;
}

function noteAlternative(sink: ListSink, { of, name = "", value = "" }: Frame & { is: "alternative" }): void {
  const kind = hashKind(name);
  if (kind === undefined || value === "") return;
  if ("unread" in kind) sink.leaveOut(kind.unread);
  else if (of.alternatives.length < MOST_ALTERNATIVES)
    of.alternatives.push({ ...kind, value, field: `AlternativeHashes ${name}` });
}

function hashesOf({ fields }: MediaFrame): RecordHash[] {
  const of = (algorithm: "md5" | "sha1", field: string) => {
    const value = fields.get(algorithm) ?? "";
    return value === "" ? [] : [{ algorithm, value, field }];
  };
  return [...of("md5", "MD5"), ...of("sha1", "SHA1")];
}

// Of files of 4 GiB and more none is kept.
function sizeOf(text: string): string {
  return /^\d{10,20}$/.test(text) && Number(text) >= 2 ** 32 ? "" : text;
}
