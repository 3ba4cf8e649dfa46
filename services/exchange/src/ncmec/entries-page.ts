import { shown } from "@ntd/service";
import { countLeft, leftKey } from "../pulls/left-out.ts";
import { StrictXml, type XmlFault, type XmlTag } from "@ntd/xml";

const NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2";
const LISTED = new Map([
  ["image", "images"],
  ["video", "videos"],
  ["deletedImage", "images"],
  ["deletedVideo", "videos"],
]);
const OF_ENTRY: ReadonlySet<string> = new Set([
  "member",
  "id",
  "timestamp",
  "classification",
  "fingerprints",
  "feedback",
]);
/** Kinds of hashes that hashlists reads of these pages. */
const READABLE: ReadonlySet<string> = new Set(["md5", "sha1", "sha256", "pdq"]);
const MOST_LINK = 4000;
const MOST_UNKNOWN = 20;
/** As many as a list here takes of one entry. */
const MOST_HASHES = 20;
/** By a longer id nobody knows an entry again: many are held at once. */
const MOST_TEXT = 1000;

/** A page that is not what the API says; the sentence names elements and numbers alone. */
export class NoPage extends Error {}

/** An entry of a member, as it stands there; or its tombstone, which has no hashes. */
export interface ListedEntry {
  member: string;
  id: string;
  /** When it was told so; undefined for what is no time. */
  time: Date | undefined;
  code: string;
  /** "md5:…" in small letters, each once. */
  hashes: string[];
  /** Another member disagrees with it. */
  isDisputed: boolean;
  isGone: boolean;
}

/** What a page says of itself, and what it lists. */
export interface EntriesPage {
  entries: number;
  readable: number;
  tombstones: number;
  listed: ListedEntry[];
  /** The link to the next page, as it stands there. */
  next?: string;
  /** How many entries there are in all, as the link says. */
  expected?: number;
  /** Elements that this release does not know, with the way to them. */
  unknown: string[];
  /** Fingerprints that no list here holds. */
  left?: Record<string, number>;
}

/** Reads one page of `entries`, in pieces: whether it is whole, what it lists, and what comes next. */
export class EntriesPageReader {
  readonly #xml = new StrictXml(
    {
      open: (path, tag) => this.#open(path, tag),
      close: (path, text) => this.#close(path, text),
      refuse: (fault) => new NoPage(SENTENCES[fault]),
    },
    MOST_LINK,
  );
  readonly #unknown = new Set<string>();
  readonly #left: Record<string, number> = {};
  #said = 0;
  #came = 0;
  #nameless = 0;
  readonly #listed: ListedEntry[] = [];
  #entry = noEntry(false);
  #next = "";

  /** @throws NoPage */
  push(text: string): void {
    this.#xml.push(text);
  }

  /** @throws NoPage for one that is not whole. */
  end(): EntriesPage {
    this.#xml.end();
    // One member's slip keeps no others waiting; where all are so, the words of the API are other ones.
    if (this.#nameless > 0 && this.#listed.length === 0) {
      throw new NoPage(`None of its ${this.#nameless} entries has a member and an id.`);
    }
    const next = this.#next;
    const expected = Number(/[?&]max=(\d{1,12})(?:&|$)/.exec(next)?.[1] ?? 0);
    const gone = this.#listed.filter(({ isGone }) => isGone).length;
    return {
      entries: this.#listed.length - gone,
      readable: this.#listed.filter(({ hashes }) => hashes.length > 0).length,
      tombstones: gone,
      listed: this.#listed,
      ...(next !== "" && { next }),
      ...(expected > 0 && { expected }),
      unknown: [...this.#unknown],
      ...(Object.keys(this.#left).length > 0 && { left: this.#left }),
    };
  }

  #open(path: readonly string[], { local, uri, attributes }: XmlTag): void {
    const [, kind = "", entry = "", part = ""] = path;
    if (path.length === 1 && (local !== "queryResult" || uri !== NAMESPACE)) {
      throw new NoPage(`It is no queryResult of hash sharing v2, but a ${shown(local)}.`);
    }
    if (path.length === 2) this.#openKind(local, attributes["count"]?.value ?? "");
    if (path.length === 3 && LISTED.get(local) === kind) {
      this.#came++;
      this.#entry = noEntry(local.startsWith("deleted"));
    } else if (path.length === 3 && kind !== "paging") this.#note(path);
    if (path.length === 4 && LISTED.has(entry) && !OF_ENTRY.has(part)) this.#note(path);
    if (path.length === 4 && part === "member") this.#entry.member = short(attributes["id"]?.value ?? "");
    if (path.length === 5 && part === "feedback" && local === "negativeFeedback") this.#entry.isDisputed = true;
  }

  #openKind(name: string, count: string): void {
    if (name === "paging") return;
    if (name !== "images" && name !== "videos") return this.#note(["queryResult", name]);
    if (!/^\d{1,9}$/.test(count)) throw new NoPage(`Its ${name} have a count of ${shown(count)}, which is none.`);
    this.#said = Number(count);
    this.#came = 0;
  }

  #close(path: readonly string[], text: string): void {
    const name = path.at(-1) ?? "";
    if (path.length === 2 && (name === "images" || name === "videos")) this.#closeKind(name);
    if (path.length === 3 && path[1] === "paging" && name === "next") this.#next = text;
    if (path.length === 4) this.#closePart(name, text);
    if (path.length === 5 && path[3] === "fingerprints") this.#fingerprint(name, text.toLowerCase());
    if (path.length === 3 && LISTED.get(name) === path[1]) this.#closeEntry(path);
  }

  // By both it is known again: two without are not one.
  #closeEntry(path: readonly string[]): void {
    if (this.#entry.member !== "" && this.#entry.id !== "") return void this.#listed.push(this.#entry);
    this.#nameless++;
    this.#note([...path.slice(0, -1), `${path.at(-1)} without member or id`]);
  }

  #closePart(name: string, text: string): void {
    const entry = this.#entry;
    if (name === "id") entry.id = short(text);
    if (name === "classification") entry.code = short(text);
    if (name === "timestamp" && !Number.isNaN(Date.parse(text))) entry.time = new Date(text);
  }

  #fingerprint(kind: string, value: string): void {
    if (this.#entry.isGone) return;
    // What is too large for a page, as TMK of films, stands behind a link.
    if (!READABLE.has(kind)) return countLeft(this.#left, leftKey(value === "" ? "BEHIND_LINK" : "UNREAD", kind));
    if (value === "") return;
    const hash = `${kind}:${value}`;
    const { hashes } = this.#entry;
    if (hashes.length >= MOST_HASHES) this.#note(["", `fingerprints of one entry beyond ${MOST_HASHES}`]);
    else if (!/^[0-9a-f]{1,256}$/.test(value)) this.#note(["", "fingerprints that are no hex", kind]);
    else if (!hashes.includes(hash)) hashes.push(hash);
  }

  #closeKind(name: string): void {
    if (this.#came === this.#said) return;
    const unknown =
      this.#unknown.size === 0 ? "" : `; it has ${[...this.#unknown].join(", ")}, which is not known here`;
    throw new NoPage(`Its ${name} are said to be ${this.#said}, and ${this.#came} came: half a page${unknown}.`);
  }

  #note(path: readonly string[]): void {
    if (this.#unknown.size < MOST_UNKNOWN) this.#unknown.add(path.slice(1).join("/").slice(0, 80));
  }
}

const short = (text: string) => (text.length <= MOST_TEXT ? text : "");

const noEntry = (isGone: boolean): ListedEntry => ({
  member: "",
  id: "",
  time: undefined,
  code: "",
  hashes: [],
  isDisputed: false,
  isGone,
});

export const SENTENCES: Readonly<Record<XmlFault, string>> = {
  document_type: "It has a document type (DTD), which no page needs.",
  not_xml: "It is no XML that can be read.",
  breaks_off: "It breaks off: half a page.",
  value_too_long: "It has a value of over 1 MiB.",
  too_many_attributes: "It has more than 100 attributes in one mark.",
  too_deep: "Its elements stand more than 32 deep.",
};
