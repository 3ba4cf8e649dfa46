import { isTracking } from "./tracking.ts";

/** Part of every target id: a change of the rules below raises it, so that old and new ids never mix. */
export const CANONICALISER_VERSION = 2;

/**
 * What two addresses have in common that every server must treat as one, and nothing else: the WHATWG serialisation, with
 * escapes of unreserved characters undone and the hex digits of all others in capitals (RFC 3986 calls both equivalent
 * without exception, §2.1 and §2.3), without known tracking parameters, and without a fragment that leads to a place
 * within the page. http and https are two, and so is all that servers may tell apart: "//" and "/", "%2F" and "/".
 */
export function keyOf(url: URL): string {
  const [wire = "", ...fragment] = url.href.split("#");
  const [path = "", ...query] = wire.split("?");
  const asked = query.length === 0 ? path : `${path}${withoutTracking(query.join("?"))}`;
  return `${plain(asked)}${meant(fragment.join("#"))}`;
}

/** Undone once. Where a "%" stands by itself nothing is undone: that might make an escape of what was none. */
function plain(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) return text;
  return text.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[a-z0-9._~-]/i.test(character) ? character : escape.toUpperCase();
  });
}

function withoutTracking(query: string): string {
  const kept = query.split("&").filter((parameter) => !isTracking(plain(parameter.split("=", 1)[0] ?? "")));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

/** A fragment never leaves for the server, but programs in the page read it: what is no anchor may name what is shown. */
function meant(fragment: string): string {
  const read = fragment.replace(/:~:text=.*$/s, "");
  return read === "" || isPlainAnchor(read) ? "" : `#${read}`;
}

/** Words and numbers as people make ids of ("top", "section-2", "_ftn1", "mainContent"); a key looks otherwise. */
const WORD = String.raw`(?:[A-Z]?[a-z]+(?:[A-Z][a-z]{2,})*|[A-Z]{1,20})\d{0,9}`;
const PLAIN_ANCHOR = new RegExp(String.raw`^_?${WORD}(?:[-_.:](?:${WORD}|\d{1,9}))*$`);
const LONGEST_ANCHOR = 64;

function isPlainAnchor(fragment: string): boolean {
  return fragment.length <= LONGEST_ANCHOR && PLAIN_ANCHOR.test(fragment);
}
