import { inSlices } from "@ntd/service";
import { isNeverFollowed } from "@ntd/wayout";
import { tokensRead, type Tokens } from "../answer/tokens.ts";
import { MOST_ADDRESS, refreshOf } from "../fetch/redirect.ts";
import { Found, withoutFragment, type Medium } from "./found.ts";
import { mediaInJsonLd } from "./json-ld.ts";
import { mentionsOf, WEIGHTS, type Mention, type Weight, type Within } from "./mentions.ts";
import { urlsIn } from "./style-urls.ts";

/** What a page shows and leads to, as far as its markup tells. */
export interface PageMedia {
  /** In order of weight, each address once. */
  media: readonly Medium[];
  /** Frames of the same site. */
  frames: readonly string[];
  /** Where it sends on by itself, within ten seconds. */
  refresh?: string;
  /** Different addresses: those of `media`, and the two that follow. */
  found: number;
  tooSmall: number;
  /** Links that could do something, and hosts that are never asked. */
  neverFollowed: number;
  /** There is more than was read. */
  truncated: boolean;
}

/** Mentions of one weight that are looked at; a page of a million links is as good as one of so many. */
const MOST_OF_A_WEIGHT = 2000;
const MOST_FRAMES = 16;
/** Of the text of one script or style. */
const MOST_CHARS = 4 * 1024 * 1024;
/** A page that stays for longer is what a person sees. */
const MOST_SECONDS = 10;

/** So many addresses are read on end; the longest take some milliseconds each. */
const MENTIONS_ON_END = 10;

/**
 * Collects what a page shows in one pass over it, in time that grows with its length alone, a slice at a time. Scripts are not run, and
 * drawings (SVG) as `data:` are left out: they are icons.
 *
 * @param url where the page stands.
 */
export function mediaOf(html: string, url: string): Promise<PageMedia> {
  return inSlices(mediaRead(html, url));
}

function* mediaRead(html: string, url: string): Generator<void, PageMedia> {
  const reader = new MediaReader();
  yield* tokensRead(html, reader);
  yield* reader.readInner();
  return yield* reader.media(new URL(url));
}

class MediaReader implements Tokens {
  readonly #mentions = new Map<Weight, Mention[]>(WEIGHTS.map((weight) => [weight, []]));
  readonly #frames: string[] = [];
  /** Pages of frames that stand in the page itself. */
  readonly #inner: string[] = [];
  /** A frame's page that stands in the page itself has no further one. */
  readonly #isInner: boolean;
  #base: string | undefined;
  #refresh: string | undefined;
  #within: Within;
  #inNoscript = false;
  #collected: { is: "json-ld" | "style"; chars: number; parts: string[] } | undefined;
  #truncated = false;

  constructor(isInner = false) {
    this.#isInner = isInner;
  }

  opened(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === "noscript") this.#inNoscript = true;
    if (name === "picture" || name === "video" || name === "audio") this.#within = name;
    if (name === "base") this.#base ??= attributes.get("href");
    if (name === "meta" && /^\s*refresh\s*$/i.test((attributes.get("http-equiv") ?? "").slice(0, 64)))
      this.#refresh ??= attributes.get("content")?.slice(0, 10_000);
    if (name === "style") this.#collected = { is: "style", chars: 0, parts: [] };
    if (name === "script" && /ld\+json/i.test((attributes.get("type") ?? "").slice(0, 100)))
      this.#collected = { is: "json-ld", chars: 0, parts: [] };
    if (name === "iframe" || name === "frame") this.#frame(attributes);
    for (const mention of mentionsOf(name, attributes, this.#within)) this.#mention(mention);
  }

  closed(name: string): void {
    if (name === "noscript") this.#inNoscript = false;
    if (name === this.#within) this.#within = undefined;
    if (name === "style" || name === "script") this.#endCollected();
  }

  text(text: string): void {
    const collected = this.#collected;
    if (collected === undefined) return;
    collected.chars += text.length;
    if (collected.chars <= MOST_CHARS) collected.parts.push(text);
    else this.#truncated = true;
  }

  *readInner(): Generator<void, void> {
    for (const inner of this.#inner) {
      const reader = new MediaReader(true);
      yield* tokensRead(inner, reader);
      for (const mentions of reader.#mentions.values()) for (const mention of mentions) this.#mention(mention);
    }
  }

  *media(page: URL): Generator<void, PageMedia> {
    this.#endCollected();
    const base = shortEnough(URL.parse((this.#base ?? "").slice(0, MOST_ADDRESS), page.href)) ?? page;
    const found = new Found(page);
    const mentions = WEIGHTS.flatMap((weight) => this.#mentions.get(weight) ?? []);
    for (const [at, mention] of mentions.entries()) {
      if (at % MENTIONS_ON_END === 0) yield;
      found.add(mention, base);
    }
    const frames = this.#frames.flatMap((text) => {
      const to = shortEnough(URL.parse(text, base.href));
      return to !== null && /^https?:$/.test(to.protocol) && found.mayFrame(to) ? [to.href] : [];
    });
    const refresh = this.#refreshed(page, base);
    return {
      ...found.counted(),
      frames: [...new Set(frames)],
      ...(refresh !== undefined && { refresh }),
      truncated: this.#truncated || found.isFull,
    };
  }

  #refreshed(page: URL, base: URL): string | undefined {
    const refresh = refreshOf(this.#refresh ?? "");
    if (refresh === undefined || refresh.url === "" || refresh.seconds > MOST_SECONDS) return undefined;
    const to = shortEnough(URL.parse(refresh.url, base.href));
    if (to === null || !/^https?:$/.test(to.protocol)) return undefined;
    const isSame = withoutFragment(to) === withoutFragment(page);
    return isSame || isNeverFollowed(page, to) ? undefined : to.href;
  }

  #frame(attributes: ReadonlyMap<string, string>): void {
    const inner = attributes.get("srcdoc");
    if (inner !== undefined && !this.#isInner) {
      this.#inner.push(inner);
      return;
    }
    const src = [attributes.get("src"), attributes.get("data-src")].find((text) => text && !/^about:/i.test(text));
    if (src === undefined || src.length > MOST_ADDRESS) return;
    if (this.#frames.length < MOST_FRAMES) this.#frames.push(src);
    else this.#truncated = true;
  }

  #mention(mention: Mention): void {
    const weight = this.#inNoscript ? "noscript" : mention.weight;
    const element = this.#inNoscript ? `noscript ${mention.element}` : mention.element;
    const known = this.#mentions.get(weight) ?? [];
    if (known.length < MOST_OF_A_WEIGHT) known.push({ ...mention, weight, element });
    else this.#truncated = true;
  }

  #endCollected(): void {
    const collected = this.#collected;
    this.#collected = undefined;
    if (collected === undefined) return;
    const { is, parts } = collected;
    const texts = is === "style" ? urlsIn(parts.join("")).filter(isNoFont) : mediaInJsonLd(parts.join(""));
    for (const text of texts) this.#mention({ text, element: is, weight: is });
  }
}

const shortEnough = (url: URL | null) => (url !== null && url.href.length <= MOST_ADDRESS ? url : null);

const isNoFont = (text: string) => !/\.(?:woff2?|ttf|otf|eot|css)(?:[?#]|$)/i.test(text.slice(0, 8192));
