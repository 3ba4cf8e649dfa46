import { isMediaName } from "./media-name.ts";
import { shownOf } from "./srcset.ts";
import { urlsIn } from "./style-urls.ts";

type Attributes = ReadonlyMap<string, string>;

/** How much it says of a page that a picture stands there; the first weighs most. */
export const WEIGHTS = ["img", "picture", "video", "a", "meta", "link", "json-ld", "style", "noscript"] as const;

export type Weight = (typeof WEIGHTS)[number];

/** An address as a page has it, and where it stands. */
export interface Mention {
  text: string;
  element: string;
  weight: Weight;
  /** Declared as smaller than what anybody could recognise something on. */
  isSmall?: boolean;
}

/** An element within which a `source` stands. */
export type Within = "picture" | "video" | "audio" | undefined;

/** The pictures and films that an element shows or leads to. */
export function mentionsOf(name: string, attributes: Attributes, within: Within): Mention[] {
  if (attributes.size === 0) return NONE;
  const own = ELEMENTS.get(name)?.(attributes, within) ?? ofAnything(name, attributes);
  if (!attributes.has("style") && !attributes.has("background")) return own;
  const drawn = [...urlsIn(valueOf(attributes, "style")), valueOf(attributes, "background")];
  return [...own, ...said(attributes, `${name} style`, "style", drawn)];
}

const NONE: Mention[] = [];

type Reading = (attributes: Attributes, within: Within) => Mention[];

const shown =
  (element: string): Reading =>
  (attributes) => {
    const linked = [valueOf(attributes, "href"), valueOf(attributes, "xlink:href")];
    return said(attributes, element, "img", [...sourcesOf(attributes), ...linked]);
  };
const embedded =
  (element: string): Reading =>
  (attributes) =>
    said(attributes, element, "img", named([valueOf(attributes, "data"), valueOf(attributes, "src")]));
const leading =
  (element: string): Reading =>
  (attributes) =>
    said(attributes, element, "a", named([valueOf(attributes, "href"), ...lazy(attributes)]));

const ELEMENTS: ReadonlyMap<string, Reading> = new Map<string, Reading>(
  Object.entries({
    img: shown("img"),
    "amp-img": shown("amp-img"),
    image: shown("image"),
    object: embedded("object"),
    embed: embedded("embed"),
    iframe: embedded("iframe"),
    a: leading("a"),
    area: leading("area"),
    meta: (attributes) => said(attributes, "meta", "meta", metaOf(attributes)),
    link: (attributes) => said(attributes, "link", "link", linkOf(attributes)),
    input: (attributes) =>
      valueOf(attributes, "type").toLowerCase() === "image"
        ? said(attributes, "input image", "img", sourcesOf(attributes))
        : NONE,
    source: (attributes, within) => {
      if (within === "audio" || valueOf(attributes, "type").startsWith("audio/")) return NONE;
      return within === "video"
        ? said(attributes, "video source", "video", sourcesOf(attributes))
        : said(attributes, "picture source", "picture", sourcesOf(attributes));
    },
    video: (attributes) => [
      ...said(attributes, "video poster", "video", [valueOf(attributes, "poster"), valueOf(attributes, "data-poster")]),
      ...said(attributes, "video", "video", sourcesOf(attributes)),
    ],
    audio: () => NONE,
  } satisfies Record<string, Reading>),
);

const ofAnything = (name: string, attributes: Attributes) => said(attributes, name, "style", named(lazy(attributes)));

function said(attributes: Attributes, element: string, weight: Weight, texts: readonly string[]): Mention[] {
  if (texts.length === 0) return NONE;
  const small = isSmall(attributes) && { isSmall: true };
  return texts.filter((text) => text !== "").map((text) => ({ text, element, weight, ...small }));
}

const valueOf = (attributes: Attributes, key: string) => attributes.get(key) ?? "";

const LEAST_SIDE = 64;

/** Both sides said to be shorter: of one alone nothing follows. */
function isSmall(attributes: Attributes): boolean {
  if (!attributes.has("width") || !attributes.has("height")) return false;
  const sides = ["width", "height"].map((key) => /^\s*(\d{1,6})(?:px)?\s*$/.exec(attributes.get(key) ?? "")?.[1]);
  return sides.every((side) => side !== undefined && Number(side) < LEAST_SIDE);
}

/** Where scripts that load late find what to load. */
const LAZY = new Set(
  (
    "data-src data-original data-lazy-src data-lazy data-url data-image data-img data-full data-full-src data-fullsrc " +
    "data-large data-large-src data-large-file data-orig-file data-medium-file data-hi-res-src data-highres data-hires " +
    "data-zoom-image data-zoom-src data-echo data-actualsrc data-thumb data-thumbnail data-bg data-background " +
    "data-background-image data-bg-image data-lazyload data-ll-src data-cfsrc data-pin-media data-gallery-src " +
    "data-original-src data-real-src data-srclazy data-src-large data-image-src data-poster data-video-src data-mp4 lazy-src"
  ).split(" "),
);
const LAZY_SETS = new Set(["data-srcset", "data-lazy-srcset", "data-original-set", "data-ll-srcset", "data-bgset"]);

function lazy(attributes: Attributes): string[] {
  const found: string[] = [];
  for (const [key, value] of attributes) {
    if (LAZY.has(key)) found.push(...(/^\s*url\(/i.test(value) ? urlsIn(value) : [value]));
    else if (LAZY_SETS.has(key)) found.push(...shownOf(value));
  }
  return found;
}

// What is loaded late is what people see; `src` is then a place-holder.
function sourcesOf(attributes: Attributes): string[] {
  const set = [...shownOf(attributes.get("srcset") ?? ""), ...shownOf(attributes.get("imagesrcset") ?? "")];
  return [attributes.get("src") ?? "", ...set, ...lazy(attributes)];
}

// Only the name of a link tells that it leads to a picture.
function named(texts: readonly string[]): string[] {
  return texts.filter((text) => {
    if (!MAY_BE_NAMED.test(text)) return false;
    const url = text.length > MOST_NAMED ? null : URL.parse(text, "http://name.invalid");
    return url !== null && isMediaName(url);
  });
}

const MOST_NAMED = 8192;
/** Quicker than to read it as an address: pages lead to a great many others. An escape may hide a letter. */
const MAY_BE_NAMED = /\.[a-z0-9]{2,5}(?:[?#&:]|$)|%/i;

const META = /^(?:og:image(?::url|:secure_url)?|twitter:image(?::src)?|image|thumbnailurl|msapplication-tileimage)$/;
const META_NAMED = /^(?:og:video(?::url|:secure_url)?|twitter:player:stream|contenturl)$/;

function metaOf(attributes: Attributes): string[] {
  const key = (attributes.get("property") ?? attributes.get("name") ?? attributes.get("itemprop") ?? "").toLowerCase();
  const content = attributes.get("content") ?? "";
  if (META.test(key)) return [content];
  // A film is often named by the page that plays it.
  return META_NAMED.test(key) ? named([content]) : [];
}

function linkOf(attributes: Attributes): string[] {
  const rel = (attributes.get("rel") ?? "").toLowerCase().slice(0, 200).split(/\s+/);
  const href = attributes.get("href") ?? "";
  const as = (attributes.get("as") ?? "").toLowerCase();
  const isPicture = rel.includes("image_src") || rel.includes("thumbnail");
  if (isPicture || (rel.includes("preload") && (as === "image" || as === "video"))) {
    return [href, ...shownOf(attributes.get("imagesrcset") ?? "")];
  }
  return /^(?:image|thumbnailurl|contenturl)$/i.test(attributes.get("itemprop") ?? "") ? [href] : [];
}
