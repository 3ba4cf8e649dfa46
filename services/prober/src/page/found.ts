import { parseAddress } from "@ntd/address";
import { isNeverFollowed, isNeverShown, sameSite } from "@ntd/wayout";
import type { Mention, Weight } from "./mentions.ts";

export interface Medium {
  /** Absolute; a `data:` URL of a picture stands for itself. */
  url: string;
  element: string;
}

/** Of an address that is longer nobody is told. */
const MOST_ADDRESS = 8192;
/** A picture of fewer bytes shows nothing: place-holders are such. */
const LEAST_DATA_CHARS = 700;

/** What a browser asks for by itself, to show it. */
const SHOWN: ReadonlySet<Weight> = new Set<Weight>(["img", "picture", "video", "style", "noscript"]);

/** Addresses by what makes two of them one. */
export class Found {
  readonly #page: URL;
  readonly #media = new Map<string, Medium>();
  readonly #small = new Set<string>();
  readonly #never = new Set<string>();

  constructor(page: URL) {
    this.#page = page;
  }

  add({ text, element, weight, isSmall }: Mention, base: URL): void {
    if (/^\s*data:/i.test(text.slice(0, 64))) return this.#addData(text.trim(), element);
    if (text.length > MOST_ADDRESS) return;
    const url = URL.parse(text, base.href);
    if (url === null || !/^https?:$/.test(url.protocol) || isItself(url, this.#page)) return;
    const read = parseAddress(url.href);
    const key = "address" in read ? read.address.key : url.href;
    if (this.#media.has(key) || this.#never.has(key)) return;
    const isNever = SHOWN.has(weight) ? isNeverShown : isNeverFollowed;
    if (isNever(this.#page, url)) this.#never.add(key);
    else if (isSmall === true) this.#small.add(key);
    else this.#media.set(key, { url: url.href, element });
  }

  #addData(text: string, element: string): void {
    if (!/^data:image\//i.test(text) || /^data:image\/svg/i.test(text)) return;
    if (text.length < LEAST_DATA_CHARS) this.#small.add(text);
    else if (!this.#media.has(text)) this.#media.set(text, { url: text, element });
  }

  /** Whether a frame is looked into: one of the same site. */
  mayFrame(to: URL): boolean {
    if (!sameSite(to.hostname, this.#page.hostname)) return false;
    if (!isNeverFollowed(this.#page, to)) return true;
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

// What points at the page itself shows nothing.
const isItself = (url: URL, page: URL) => withoutFragment(url) === withoutFragment(page);
