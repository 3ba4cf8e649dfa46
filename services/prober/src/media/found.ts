import { parseAddress } from "@ntd/address";
import { leadingFrom, sameSite, type Leading } from "@ntd/wayout";
import { MOST_ADDRESS } from "../fetch/redirect.ts";
import type { Mention, Weight } from "./mentions.ts";

export interface Medium {
  /** Absolute; a `data:` URL of a picture stands for itself. */
  url: string;
  element: string;
  /** Only a browser found it. */
  byScript?: true;
}

/** So much of the addresses of one page is read, in all: each is written out from its page on, and costs by its length. */
const MOST_CHARS = 2 * 1024 * 1024;
/** A picture of fewer bytes shows nothing: place-holders are such. */
const LEAST_DATA_CHARS = 700;

/** What a browser asks for by itself, to show it. */
const SHOWN: ReadonlySet<Weight> = new Set<Weight>(["img", "picture", "video", "style", "noscript"]);

/** Addresses by what makes two of them one. */
export class Found {
  readonly #page: URL;
  readonly #self: string;
  readonly #leading: Leading;
  readonly #media = new Map<string, Medium>();
  readonly #small = new Set<string>();
  readonly #never = new Set<string>();
  #chars = 0;

  constructor(page: URL) {
    this.#page = page;
    this.#self = withoutFragment(page);
    this.#leading = leadingFrom(page);
  }

  add({ text, element, weight, isSmall }: Mention, base: URL): void {
    if (/^\s*data:/i.test(text.slice(0, 64))) return this.#addData(text.trim(), element);
    if (text.length > MOST_ADDRESS || this.isFull) return;
    const url = URL.parse(text, base.href);
    this.#chars += url?.href.length ?? base.href.length;
    if (url === null || !/^https?:$/.test(url.protocol) || url.href.length > MOST_ADDRESS) return;
    // What points at the page itself shows nothing.
    if (withoutFragment(url) === this.#self) return;
    const read = parseAddress(url.href);
    const key = "address" in read ? read.address.key : url.href;
    if (this.#media.has(key) || this.#never.has(key)) return;
    const isNever = SHOWN.has(weight) ? this.#leading.isNeverShown(url) : this.#leading.isNeverFollowed(url);
    if (isNever) this.#never.add(key);
    else if (isSmall === true) this.#small.add(key);
    else this.#media.set(key, { url: url.href, element });
  }

  /** Nothing more is taken. */
  get isFull(): boolean {
    return this.#chars > MOST_CHARS;
  }

  #addData(text: string, element: string): void {
    if (!/^data:image\//i.test(text) || /^data:image\/svg/i.test(text)) return;
    if (text.length < LEAST_DATA_CHARS) this.#small.add(text);
    else if (!this.#media.has(text)) this.#media.set(text, { url: text, element });
  }

  /** Whether a frame is looked into: one of the same site. */
  mayFrame(to: URL): boolean {
    if (!sameSite(to.hostname, this.#page.hostname)) return false;
    if (!this.#leading.isNeverFollowed(to)) return true;
    this.#never.add(to.href);
    return false;
  }

  counted(): { media: readonly Medium[]; found: number; tooSmall: number; neverFollowed: number } {
    const tooSmall = [...this.#small].filter((key) => !this.#media.has(key)).length;
    const neverFollowed = this.#never.size;
    return {
      media: [...this.#media.values()],
      found: this.#media.size + tooSmall + neverFollowed,
      tooSmall,
      neverFollowed,
    };
  }
}

export const withoutFragment = ({ href }: URL) => href.replace(/#.*$/s, "");
