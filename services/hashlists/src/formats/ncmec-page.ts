import { SaxesParser, type SaxesTagNS } from "saxes";
import { type Problem, shown } from "@ntd/service";
import type { ListSink } from "./list-format.ts";
import { hashKind, takeRecord, type RecordHash } from "./list-record.ts";
import { refusedFile } from "./refused-file.ts";

const NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2";
/** Characters between two marks: more is no field of any list, and would be held in memory. */
const MAX_VALUE = 1024 * 1024;
const MAX_DEPTH = 32;
const MOST_HASHES = 20;
/** No field that is kept is longer. */
const MOST_TEXT = 300;

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
}

/** One page of an answer: an XML without a type of its own. Holds one entry and the way to it. */
export class NcmecPage {
  readonly #sink: ListSink;
  readonly #parser = new SaxesParser({ xmlns: true });
  /** The names of the elements around. */
  readonly #around: string[] = [];
  #text = "";
  #sinceMark = 0;
  #listed: Listed | undefined;
  #said = 0;
  #came = 0;
  records: number;
  isWhole = false;
  hasNext = false;

  constructor(sink: ListSink, recordsBefore: number) {
    this.#sink = sink;
    this.records = recordsBefore;
    this.#parser.on("doctype", () => {
      throw refusedFile("it has a document type (DTD), which no list needs");
    });
    this.#parser.on("error", () => {
      throw this.#notXml();
    });
    this.#parser.on("opentag", (tag) => this.#open(tag));
    this.#parser.on("closetag", () => this.#close());
    this.#parser.on("text", (text) => this.#take(text));
    this.#parser.on("cdata", (text) => this.#take(text));
  }

  push(text: string): void {
    this.#parser.write(text);
    this.#sinceMark += text.length;
    if (this.#sinceMark > MAX_VALUE) throw refusedFile(`${this.#where()} has a value of over ${MAX_VALUE} characters`);
  }

  end(): void {
    if (!this.isWhole) throw refusedFile(`the file breaks off in ${this.#where()}`);
    this.#parser.close();
  }

  #where(): string {
    return this.records === 0 ? "its beginning" : `record ${this.records}`;
  }

  #notXml(): Problem {
    return refusedFile(`what stands in ${this.#where()} or behind it is no XML that can be read`);
  }

  #take(text: string): void {
    this.#sinceMark = 0;
    if (this.#text.length < MOST_TEXT) this.#text += text.slice(0, MOST_TEXT);
  }

  #open({ local, uri, attributes }: SaxesTagNS): void {
    this.#sinceMark = 0;
    this.#text = "";
    const depth = this.#around.push(local);
    if (depth > MAX_DEPTH) throw refusedFile(`${this.#where()} is more than ${MAX_DEPTH} deep`);
    if (depth === 1 && (local !== "queryResult" || uri !== NAMESPACE)) {
      throw refusedFile(`it is no queryResult of ${NAMESPACE}`);
    }
    const attribute = (name: string) => attributes[name]?.value ?? "";
    if (depth === 2 && [...ENTRIES.values()].includes(local)) this.#beginKind(attribute("count"));
    if (depth === 3 && ENTRIES.get(local) === this.#around[1]) {
      this.records++;
      this.#came++;
      this.#listed = { member: "", id: "", code: "", hashes: [], isDisputed: false };
    }
    if (this.#listed === undefined) return;
    if (depth === 4 && local === "member") this.#listed.member = attribute("id");
    if (depth === 5 && local === "negativeFeedback") this.#listed.isDisputed = true;
  }

  #beginKind(count: string): void {
    if (!/^\d{1,9}$/.test(count)) throw refusedFile(`a count of ${shown(count)} is none`);
    this.#said = Number(count);
    this.#came = 0;
  }

  #close(): void {
    this.#sinceMark = 0;
    const depth = this.#around.length;
    const name = this.#around.pop() ?? "";
    const text = this.#text.trim();
    this.#text = "";
    const listed = this.#listed;
    if (depth === 1) this.isWhole = true;
    else if (depth === 2 && [...ENTRIES.values()].includes(name)) this.#endKind(name);
    else if (depth === 3 && name === "next" && this.#around[1] === "paging") this.hasNext = text !== "";
    else if (listed === undefined) return;
    else if (depth === 3) {
      this.#listed = undefined;
      this.#takeListed(name, listed);
    } else if (depth === 4 && name === "id") listed.id = text;
    else if (depth === 4 && name === "classification") listed.code = text;
    else if (depth === 5 && this.#around[3] === "fingerprints") this.#fingerprint(listed, name, text);
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

  #takeListed(name: string, { member, id, code, hashes, isDisputed }: Listed): void {
    const line = this.records;
    const sourceId = `${member}-${id}`;
    if (member === "" || id === "") {
      this.#sink.fault(line, { field: member === "" ? "member" : "id", problem: "is missing" });
    } else if (name.startsWith("deleted")) {
      this.#sink.withdraw(sourceId);
      this.#sink.leaveOut("entries that their members took back");
    } else if (hashes.length === 0) this.#sink.leaveOut("entries without a hash that is read here");
    else {
      if (isDisputed) this.#sink.remark("entries that another member disagrees with have no vote");
      const scheme = code === "" ? "" : "ncmec";
      takeRecord(this.#sink, { line, hashes, scheme, code, sourceId, votes: isDisputed ? "0" : "1" }, NAMES);
    }
  }
}

const NAMES = { code: "classification", source_id: "id" };
