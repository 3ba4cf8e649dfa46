import { SaxesParser } from "saxes";

/** Characters between two marks: more is no field of any list, and would be held in memory. */
const MAX_VALUE = 1024 * 1024;
const MAX_DEPTH = 32;
/** All attributes of an element are held, and looked at at once. */
const MAX_ATTRIBUTES = 100;

/** Why a document is not read on. */
export type XmlFault =
  | "document_type"
  | "not_xml"
  | "breaks_off"
  | "value_too_long"
  | "too_many_attributes"
  | "too_deep";

/** How an element begins. */
export interface XmlTag {
  /** Its name, without a prefix. */
  readonly local: string;
  /** Its namespace; "" without one. */
  readonly uri: string;
  readonly attributes: Readonly<Record<string, { readonly value: string }>>;
}

/** Who is told what a document has. `path` are the names of the elements around, the element's own the last. */
export interface XmlListener {
  open(path: readonly string[], tag: XmlTag): void;
  /**
   * @param text what stands in it behind the last element within it, without blanks around; of more than `mostText` so
   *   many characters, blanks at their end too: nobody is to take its beginning for all of it.
   */
  close(path: readonly string[], text: string): void;
  /** Makes the error that is thrown. */
  refuse(fault: XmlFault): Error;
}

// By what it overrides, not by a handler of errors: with one handler more than it has, the engine keeps the parser as a
// dictionary, and a document takes four times as long.
class StrictParser extends SaxesParser<{ xmlns: true }> {
  readonly #fault: () => Error;

  constructor(fault: () => Error) {
    super({ xmlns: true });
    this.#fault = fault;
  }

  override fail(): never {
    throw this.#fault();
  }
}

/** Reads one document in pieces, strictly. */
export class StrictXml {
  readonly #listener: XmlListener;
  readonly #mostText: number;
  readonly #parser: StrictParser;
  readonly #path: string[] = [];
  #text = "";
  /** Something of it is not kept. */
  #isCut = false;
  #sinceMark = 0;
  #attributes = 0;
  /** Its outermost element has ended. */
  isWhole = false;

  /** @param mostText so many characters of a text are kept. */
  constructor(listener: XmlListener, mostText = 300) {
    this.#listener = listener;
    this.#mostText = mostText;
    this.#parser = new StrictParser(() => listener.refuse("not_xml"));
    this.#parser.on("doctype", () => {
      throw listener.refuse("document_type");
    });
    this.#parser.on("attribute", () => {
      if (++this.#attributes > MAX_ATTRIBUTES) throw listener.refuse("too_many_attributes");
    });
    this.#parser.on("opentag", (tag) => this.#open(tag));
    this.#parser.on("closetag", () => this.#close());
    this.#parser.on("text", (text) => this.#take(text));
    this.#parser.on("cdata", (text) => this.#take(text));
  }

  /** @throws what `refuse` makes, and what the listener throws. */
  push(text: string): void {
    this.#parser.write(text);
    this.#sinceMark += text.length;
    if (this.#sinceMark > MAX_VALUE) throw this.#listener.refuse("value_too_long");
  }

  /** @throws what `refuse` makes of one that is not whole. */
  end(): void {
    if (!this.isWhole) throw this.#listener.refuse("breaks_off");
    this.#parser.close();
  }

  #take(text: string): void {
    this.#sinceMark = 0;
    const more = this.#text === "" ? text.trimStart() : text;
    const room = this.#mostText - this.#text.length;
    if (room > 0) this.#text += more.slice(0, room);
    this.#isCut ||= more.length > room && more.slice(room).trim() !== "";
  }

  #open(tag: XmlTag): void {
    this.#sinceMark = 0;
    this.#begin();
    this.#attributes = 0;
    if (this.#path.push(tag.local) > MAX_DEPTH) throw this.#listener.refuse("too_deep");
    this.#listener.open(this.#path, tag);
  }

  #close(): void {
    this.#sinceMark = 0;
    const text = this.#isCut ? this.#text : this.#text.trimEnd();
    this.#begin();
    if (this.#path.length === 1) this.isWhole = true;
    this.#listener.close(this.#path, text);
    this.#path.pop();
  }

  #begin(): void {
    this.#text = "";
    this.#isCut = false;
  }
}
