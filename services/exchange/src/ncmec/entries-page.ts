import { shown } from "@ntd/service";
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

/** A page that is not what the API says; the sentence names elements and numbers alone. */
export class NoPage extends Error {}

/** What the page says of itself; what it lists is hashlists' to read. */
export interface EntriesPage {
  entries: number;
  readable: number;
  tombstones: number;
  /** The link to the next page, as it stands there. */
  next?: string;
  /** How many entries there are in all, as the link says. */
  expected?: number;
  /** Elements that this release does not know, with the way to them. */
  unknown: string[];
}

/** Reads one page of `entries`, in pieces: whether it is whole, and what comes next. */
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
  #said = 0;
  #came = 0;
  #isReadable = false;
  #entries = 0;
  #readable = 0;
  #tombstones = 0;
  #next = "";

  /** @throws NoPage */
  push(text: string): void {
    this.#xml.push(text);
  }

  /** @throws NoPage for one that is not whole. */
  end(): EntriesPage {
    this.#xml.end();
    const next = this.#next;
    const expected = Number(/[?&]max=(\d{1,12})(?:&|$)/.exec(next)?.[1] ?? 0);
    return {
      entries: this.#entries,
      readable: this.#readable,
      tombstones: this.#tombstones,
      ...(next !== "" && { next }),
      ...(expected > 0 && { expected }),
      unknown: [...this.#unknown],
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
      this.#isReadable = false;
    } else if (path.length === 3 && kind !== "paging") this.#note(path);
    if (path.length === 4 && LISTED.has(entry) && !OF_ENTRY.has(part)) this.#note(path);
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
    if (path.length === 5 && path[3] === "fingerprints" && READABLE.has(name) && text !== "") this.#isReadable = true;
    if (path.length !== 3 || LISTED.get(name) !== path[1]) return;
    if (name.startsWith("deleted")) this.#tombstones++;
    else {
      this.#entries++;
      if (this.#isReadable) this.#readable++;
    }
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

const SENTENCES: Readonly<Record<XmlFault, string>> = {
  document_type: "It has a document type (DTD), which no page needs.",
  not_xml: "It is no XML that can be read.",
  breaks_off: "It breaks off: half a page.",
  value_too_long: "It has a value of over 1 MiB.",
  too_deep: "Its elements stand more than 32 deep.",
};
