import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

/** Hears what stands in a page, in its order. */
export interface Tokens {
  /** A tag with its attributes, names in small letters; of two of one name the first. */
  opened(name: string, attributes: ReadonlyMap<string, string>): void;
  closed(name: string): void;
  text(text: string): void;
}

/**
 * Reads a page in one pass and in time that grows with its length alone, whatever it holds. Of htmlparser2 only the
 * tokenizer is used: to build a tree of a hostile page takes quadratic time.
 */
export function readTokens(html: string, heard: Tokens): void {
  const slices = tokensRead(html, heard, html.length);
  while (slices.next().done !== true);
}

/** Of so much markup is read on end. */
const SLICE_CHARS = 64 * 1024;

/** The same of a long page, a slice at a time. */
export function* tokensRead(html: string, heard: Tokens, chars = SLICE_CHARS): Generator<void, void> {
  const tokenizer = new Tokenizer({}, new Reader(html, heard));
  for (let at = 0; at < html.length; at += chars) {
    tokenizer.write(html.slice(at, at + chars));
    yield;
  }
  tokenizer.end();
}

class Reader implements TokenizerCallbacks {
  readonly #html: string;
  readonly #heard: Tokens;
  #tag = "";
  #attribute = "";
  #value = "";
  #attributes = new Map<string, string>();

  constructor(html: string, heard: Tokens) {
    this.#html = html;
    this.#heard = heard;
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, end).toLowerCase();
    this.#value = "";
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#html.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    this.#value += String.fromCodePoint(codepoint);
  }

  onattribend(): void {
    if (!this.#attributes.has(this.#attribute)) this.#attributes.set(this.#attribute, this.#value);
  }

  onopentagend(): void {
    this.#heard.opened(this.#tag, this.#attributes);
  }

  onselfclosingtag(): void {
    this.#heard.opened(this.#tag, this.#attributes);
  }

  onclosetag(start: number, end: number): void {
    this.#heard.closed(this.#html.slice(start, end).toLowerCase());
  }

  ontext(start: number, end: number): void {
    this.#heard.text(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#heard.text(String.fromCodePoint(codepoint));
  }

  oncomment(): void {}
  oncdata(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}
