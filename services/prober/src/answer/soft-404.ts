import type { Head } from "../fetch/fetch.ts";
import { kindOf } from "./kind.ts";
import { readPage } from "./page.ts";
import { textOf } from "./text.ts";
import { wordsOf } from "./words.ts";

/** A page that was answered, and what had been asked for it. */
export interface Answered {
  asked: string;
  head: Head;
  bytes: Uint8Array;
}

/**
 * What a page in place of a picture stands for, by what its host answers for an address beside it that cannot exist, and
 * at its root (Bar-Yossef, Broder, Kumar, Tomkins: Sic Transit Gloria Telae, 2004). REPLACED: as the one and unlike the
 * other, so that this is how the host says "not found". WALL: it answers everything alike. UNCLEAR: all else, and
 * whenever one of the answers could not be had or says nothing (a status of 429 or from 500 on).
 */
export function pageInstead(answers: {
  page: Answered;
  beside: Answered | undefined;
  root: Answered | undefined;
}): "REPLACED" | "WALL" | "UNCLEAR" {
  const { page, beside, root } = answers;
  if (beside === undefined || root === undefined) return "UNCLEAR";
  const all = [page, beside, root];
  if (all.some(({ head }) => head.status === 429 || head.status >= 500)) return "UNCLEAR";
  // All names leave all pages: one that is a common word would else be missing in its own page alone.
  const names = namesIn(all.flatMap(({ asked, head }) => [asked, head.url]));
  const [own, besides, roots] = [told(page, names), told(beside, names), told(root, names)];
  if (likeness(own.shingles, besides.shingles) < LIKE) return "UNCLEAR";
  const rootLike = likeness(own.shingles, roots.shingles);
  if (rootLike >= LIKE) return "WALL";
  return rootLike <= UNLIKE && !own.drawnByScripts ? "REPLACED" : "UNCLEAR";
}

/** Whether a host shows the same at its root as in place of a picture, be it another picture or a line of text. */
export function isShownAtRoot(shown: Answered, root: Answered): boolean {
  if (Buffer.compare(shown.bytes, root.bytes) === 0) return true;
  if ([shown, root].some(({ head, bytes }) => kindOf(head, bytes) === "other")) return false;
  const names = namesIn([shown, root].flatMap(({ asked, head }) => [asked, head.url]));
  return likeness(told(shown, names).shingles, told(root, names).shingles) >= LIKE;
}

const LIKE = 0.9;
const UNLIKE = 0.5;

interface Told {
  shingles: ReadonlySet<string>;
  /** It says next to nothing and runs scripts: what a person would see there cannot be told. */
  drawnByScripts: boolean;
}

function told({ head, bytes }: Answered, names: RegExp): Told {
  const { title, text, tags } = readPage(textOf(head, bytes));
  const ownWords = (from: string) => wordsOf(from.replaceAll(names, " "));
  const words = ownWords(`${title}\n${text}`);
  return {
    // A page without a word, one picture for instance, is told from another by what it is made of.
    shingles: runsOf(words.length === 0 ? ownWords(tags) : words),
    drawnByScripts: /^script\b/m.test(tags) && words.length - ownWords(title).length < LEAST_WORDS,
  };
}

/** Fewer beside a title are "Loading…" rather than an answer. */
const LEAST_WORDS = 3;
const SHINGLE_WORDS = 5;

/** The runs of five words of a text; of a shorter one the whole. */
export function shingles(text: string): ReadonlySet<string> {
  return runsOf(wordsOf(text));
}

function runsOf(words: readonly string[]): ReadonlySet<string> {
  if (words.length < SHINGLE_WORDS) return new Set(words.length === 0 ? [] : [words.join(" ")]);
  return new Set(words.slice(SHINGLE_WORDS - 1).map((_, at) => words.slice(at, at + SHINGLE_WORDS).join(" ")));
}

/** How much of what either says both say (Jaccard), from 0 to 1. Two that say nothing are alike. */
export function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((shingle) => b.has(shingle)).length;
  const either = a.size + b.size - both;
  return either === 0 ? 1 : both / either;
}

/** Pages name what was asked of them: whole and in parts, as it is, unescaped, and escaped once more. */
function namesIn(addresses: readonly string[]): RegExp {
  const names = new Set(addresses.flatMap(partsOf).flatMap(escapedForms));
  const literals = [...names]
    .filter((name) => /\p{L}/u.test(name) && name.length <= LONGEST_NAME)
    .toSorted((a, b) => b.length - a.length)
    .map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${literals.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

/** What is longer is no word anyway (`words.ts`), and finding it could take long. */
const LONGEST_NAME = 120;

function partsOf(address: string): string[] {
  const { href, host, hostname, pathname, search, searchParams } = new URL(address);
  const name = nameIn(pathname);
  const base = name.slice(0, name.length - extensionOf(name).length);
  const paths = [pathname + search, pathname, pathname.slice(1), pathname.slice(1) + search, name + search, name, base];
  const whole = href.replace(/#.*$/, "");
  return [
    whole,
    whole.replace(/^https?:\/\//, ""),
    host,
    hostname.replace(/^www\./, ""),
    ...paths,
    ...searchParams.values(),
  ];
}

function escapedForms(text: string): string[] {
  const unescaped = unescape(text);
  return [text, unescaped, unescaped.replaceAll("+", " "), encodeURIComponent(text)].flatMap((form) => [
    form,
    form.replaceAll("&", "&amp;"),
  ]);
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nameIn(pathname: string): string {
  return pathname.split("/").findLast((segment) => segment !== "") ?? "";
}

function extensionOf(name: string): string {
  return /(?<=.)\.[a-z0-9]{1,5}$/i.exec(name)?.[0] ?? "";
}

/**
 * The address of something that cannot exist beside what is at `url`: the token takes the place of its name, in the same
 * folder and with the same extension, or of the values by which a program is told what to show.
 */
export function besideUrl(url: string, token: string): string {
  const beside = new URL(url);
  beside.hash = "";
  const name = nameIn(beside.pathname);
  const values = [...beside.searchParams].filter(([, value]) => value !== "");
  if (values.length === 0 || isOwnName(name)) {
    const at = beside.pathname.lastIndexOf(name);
    beside.pathname = `${beside.pathname.slice(0, at)}${token}${extensionOf(name)}${beside.pathname.slice(at + name.length)}`;
    return beside.href;
  }
  const naming = values.filter(([, value]) => /\d|\.\w|^.{16}/.test(value));
  for (const [key, value] of naming.length > 0 ? naming : values.slice(-1)) {
    beside.searchParams.set(key, token + extensionOf(value));
  }
  return beside.href;
}

/** Whether a path's last part names a thing, rather than the program that shows it (`view.php?f=1`, `/watch?v=x`). */
function isOwnName(name: string): boolean {
  const extension = extensionOf(name).toLowerCase();
  return extension === "" ? /\d/.test(name) : !PROGRAMS.test(extension);
}

const PROGRAMS = /^\.(?:php\d?|phtml|aspx?|ashx|cgi|jspx?|pl|py|rb|do|action|dll|exe|cfm|fcgi|html?)$/;
