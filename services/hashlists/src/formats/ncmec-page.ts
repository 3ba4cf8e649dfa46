import { type Problem, shown } from "@ntd/service";
import { StrictXml, type XmlFault, type XmlTag } from "@ntd/xml";
import type { Fault } from "./fault.ts";
import type { ListSink } from "./list-format.ts";
import { hashKind, takeRecord, type RecordHash } from "./list-record.ts";
import { refusedFile } from "./refused-file.ts";

const NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2";
const MOST_HASHES = 20;

const ENTRIES = new Map([
  ["image", "images"],
  ["video", "videos"],
  ["deletedImage", "images"],
  ["deletedVideo", "videos"],
]);

/** An `image`, a `video`, or one that was deleted. */
interface Listed {
  member: string;
  id: string;
  code: string;
  hashes: RecordHash[];
  isDisputed: boolean;
  /** What of it cannot be believed. */
  fault?: Fault;
}

/** One page of an answer: an XML without a type of its own. Holds one entry and the way to it. */
export class NcmecPage {
  readonly #sink: ListSink;
  readonly #xml = new StrictXml({
    open: (path, tag) => this.#open(path, tag),
    close: (path, text) => this.#close(path, text),
    refuse: (fault) => this.#refused(fault),
  });
  #listed: Listed | undefined;
  #said = 0;
  #came = 0;
  records: number;
  hasNext = false;

  constructor(sink: ListSink, recordsBefore: number) {
    this.#sink = sink;
    this.records = recordsBefore;
  }

  get isWhole(): boolean {
    return this.#xml.isWhole;
  }

  push(text: string): void {
    this.#xml.push(text);
  }

  end(): void {
    this.#xml.end();
  }

  #where(): string {
    return this.records === 0 ? "its beginning" : `record ${this.records}`;
  }

  #refused(fault: XmlFault): Problem {
    switch (fault) {
      case "document_type":
        return refusedFile("it has a document type (DTD), which no list needs");
      case "not_xml":
        return refusedFile(`what stands in ${this.#where()} or behind it is no XML that can be read`);
      case "breaks_off":
        return refusedFile(`the file breaks off in ${this.#where()}`);
      case "value_too_long":
        return refusedFile(`${this.#where()} has a value of over 1 MiB`);
      case "too_many_attributes":
        return refusedFile(`${this.#where()} has more than 100 attributes in one mark`);
      case "too_deep":
        return refusedFile(`${this.#where()} is more than 32 deep`);
      default:
        return fault satisfies never;
    }
  }

  #open(path: readonly string[], { local, uri, attributes }: XmlTag): void {
    const depth = path.length;
    if (depth === 1 && (local !== "queryResult" || uri !== NAMESPACE)) {
      throw refusedFile(`it is no queryResult of ${NAMESPACE}`);
    }
    const attribute = (name: string) => attributes[name]?.value ?? "";
    if (depth === 2 && [...ENTRIES.values()].includes(local)) this.#beginKind(attribute("count"));
    if (depth === 3 && ENTRIES.get(local) === path[1]) {
      this.records++;
      this.#came++;
      this.#listed = { member: "", id: "", code: "", hashes: [], isDisputed: false };
    }
    if (this.#listed === undefined) return;
    if (depth === 4 && local === "member") this.#note("member", attribute("id"));
    const [, , , part = "", kind = ""] = path;
    // Which of the texts around it is meant nobody could say.
    if ((depth === 5 && OF_TEXT.has(part)) || (depth === 6 && part === "fingerprints")) {
      this.#listed.fault ??= { field: depth === 5 ? part : kind, problem: "holds further marks", reason: TORN };
    }
    if (depth === 5 && local === "negativeFeedback") this.#listed.isDisputed = true;
  }

  #beginKind(count: string): void {
    if (!/^\d{1,9}$/.test(count)) throw refusedFile(`a count of ${shown(count)} is none`);
    this.#said = Number(count);
    this.#came = 0;
  }

  #close(path: readonly string[], text: string): void {
    const depth = path.length;
    const name = path[depth - 1] ?? "";
    const listed = this.#listed;
    if (depth === 2 && [...ENTRIES.values()].includes(name)) this.#endKind(name);
    else if (depth === 3 && name === "next" && path[1] === "paging") this.hasNext = text !== "";
    else if (listed === undefined) return;
    else if (depth === 3) {
      this.#listed = undefined;
      this.#takeListed(name, listed);
    } else if (depth === 4 && name === "id") this.#note("id", text);
    else if (depth === 4 && name === "classification") this.#note("code", text);
    else if (depth === 5 && path[3] === "fingerprints") this.#fingerprint(listed, name, text);
  }

  #note(field: "member" | "id" | "code", text: string): void {
    const listed = this.#listed;
    if (listed === undefined) return;
    if (listed[field] !== "" && listed[field] !== text) {
      const name = field === "code" ? NAMES.code : field;
      listed.fault ??= { field: name, problem: "stands there twice, and differs", reason: TORN };
    }
    listed[field] = text;
  }

  #endKind(name: string): void {
    if (this.#came === this.#said) return;
    throw refusedFile(`its ${name} are said to be ${this.#said}, and ${this.#came} came: the page is not whole`);
  }

  #fingerprint(listed: Listed, name: string, value: string): void {
    const kind = hashKind(name);
    if (kind === undefined) this.#sink.leaveOut(`fingerprints ${shown(name)}`);
    else if ("unread" in kind) this.#sink.leaveOut(kind.unread);
    else if (listed.hashes.length < MOST_HASHES) listed.hashes.push({ ...kind, value, field: name });
  }

  #takeListed(name: string, { member, id, code, hashes, isDisputed, fault }: Listed): void {
    const line = this.records;
    const sourceId = `${member}-${id}`;
    if (fault !== undefined) this.#sink.fault(line, fault);
    else if (member === "" || id === "") {
      this.#sink.fault(line, {
        field: member === "" ? "member" : "id",
        problem: "is missing",
        reason: "REFUSED_REASON_SOURCE_ID",
      });
    } else if (name.startsWith("deleted")) {
      this.#sink.withdraw(sourceId);
      this.#sink.leaveOut("entries that a member took back");
    } else if (hashes.length === 0) this.#sink.leaveOut("entries without a hash that is read here");
    else {
      if (isDisputed) this.#sink.remark("entries that another member disagrees with have no vote");
      const scheme = code === "" ? "" : "ncmec";
      takeRecord(this.#sink, { line, hashes, scheme, code, sourceId, votes: isDisputed ? "0" : "1" }, NAMES);
    }
  }
}

const TORN = "REFUSED_REASON_LINE";
const OF_TEXT = new Set(["id", "classification"]);
const NAMES = { code: "classification", source_id: "id" };
