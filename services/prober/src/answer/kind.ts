import { openingText, rootElement, sniff } from "@ntd/imagehash/sniff";
import type { Head } from "../fetch/fetch.ts";

/**
 * A page is what a browser would show as one; text is all other text without markup (JSON, a sentence), nothing included;
 * the rest (pictures of every format, drawings, documents, films, feeds and other XML) is other.
 */
export type Kind = "page" | "text" | "other";

/**
 * What an answer is, by its bytes first, in the way of WHATWG's MIME Sniffing Standard: what it says of itself only
 * tells the coding of its text, and whether text with markup somewhere in it is meant as a page.
 */
export function kindOf({ headers }: Pick<Head, "headers">, bytes: Uint8Array): Kind {
  const type = headers.get("content-type")?.at(-1)?.toLowerCase() ?? "";
  const text = openingText(bytes) ?? utf16(bytes, type);
  if (text === undefined || sniff(bytes) !== "unknown") return "other";
  const root = rootElement(text);
  if (root !== undefined) return PAGE_ELEMENTS.has(root) ? "page" : "other";
  if (/^[\s\ufeff]*[[{]/.test(text)) return "text";
  // Nothing but comments and declarations, or words before the first tag.
  if (/^[\s\ufeff]*<!--/.test(text) || /<(?:!doctype\s+html|html|body)[\s>]/i.test(text)) return "page";
  if (/^[\s\ufeff]*<[?!]/.test(text)) return "other";
  return /\bhtml\b/.test(type) && /<\/?[a-z][a-z1-6]*[\s/>]/i.test(text) ? "page" : "text";
}

// Without a mark at its beginning UTF-16 has the bytes of no text: only the header tells.
function utf16(bytes: Uint8Array, type: string): string | undefined {
  if (!/charset=["']?utf-16/.test(type)) return undefined;
  const text = new TextDecoder(type.includes("utf-16be") ? "utf-16be" : "utf-16le").decode(bytes.subarray(0, 4096));
  return text.includes("\0") ? undefined : text;
}

/** The elements by which browsers tell a page (§ 7.1 of the standard), and others that pages begin with. */
const PAGE_ELEMENTS: ReadonlySet<string> = new Set(
  (
    "html head script iframe h1 div font table a style title b body br p " +
    "meta link base noscript template h2 h3 h4 h5 h6 span center main section article header footer nav aside form " +
    "img picture video audio canvas ul ol dl li pre blockquote hr i em strong small big u s tt code tr td input button " +
    "label fieldset select textarea frameset frame noframes marquee dialog details summary figure object embed map"
  ).split(" "),
);
