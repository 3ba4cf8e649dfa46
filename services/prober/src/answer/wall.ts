import type { Head } from "../fetch/fetch.ts";
import { ANTIBOT } from "./antibot.ts";
import { CHALLENGES } from "./challenges.ts";
import * as gates from "./gates.ts";
import { kindOf } from "./kind.ts";
import { readPage, type Field, type Page } from "./page.ts";
import type { Sign } from "./sign.ts";
import { flat, textOf } from "./text.ts";
import { wordsOf } from "./words.ts";

export type Wall = "CHALLENGE" | "LOGIN_WALL" | "AGE_GATE" | "GEO_FENCE";

/**
 * Whether an answer is a wall, behind which anything may be: it wants a browser to prove itself, somebody to sign in or to
 * be of age, or says that it shows nothing in this country. An ordinary page that merely has such a form in it is none,
 * nor is one that says that something is gone. Only pages and texts are looked at, the first 256 KiB of each.
 */
export function wallOf(head: Head, bytes: Uint8Array): Wall | undefined {
  const kind = kindOf(head, bytes);
  if (kind === "other") return undefined;
  const answer = read(head, textOf(head, bytes), kind === "page");
  if ([...CHALLENGES, ...ANTIBOT].some((sign) => says(sign, answer))) return "CHALLENGE";
  // What a status says is gone or withheld is not behind a wall, whatever stands around it.
  if (ABSENT.has(head.status)) return undefined;
  if (isGeoFence(answer)) return "GEO_FENCE";
  if (isAgeGate(answer)) return "AGE_GATE";
  return isLoginWall(answer) ? "LOGIN_WALL" : undefined;
}

const ABSENT: ReadonlySet<number> = new Set([404, 410, 451]);

interface Answer {
  head: Head;
  url: URL;
  html: string;
  /** The same in small letters. */
  small: string;
  page: Page;
  /** In small letters, with single spaces: the title, and all that is to be read. */
  title: string;
  said: string;
  words: number;
  /** Of the words, those of its main part. */
  mainWords: number;
  saysGone: boolean;
  cookies: readonly string[];
  /** Those that are shown in its main part. */
  fields: readonly Field[];
}

const NO_PAGE = { title: "", unscripted: "", forms: [], controls: [], tags: "", scripts: "" };

function read(head: Head, html: string, isPage: boolean): Answer {
  const page = isPage ? readPage(html) : { ...NO_PAGE, text: html, main: html };
  const title = flat(page.title);
  return {
    head,
    url: new URL(head.url),
    html,
    small: html.toLowerCase(),
    page,
    title,
    said: flat(`${page.title}\n${page.text}\n${page.unscripted}`),
    words: countWords(page.text),
    mainWords: countWords(page.main),
    saysGone: gates.GONE.test(`${title} ${flat(page.main)}`),
    cookies: head.headers.get("set-cookie") ?? [],
    fields: page.forms.flatMap(({ aside, fields }) => (aside ? [] : fields.filter((field) => !field.aside))),
  };
}

/** A sign of those that set no spaces is about half a word. */
function countWords(text: string): number {
  return wordsOf(text).reduce((count, word) => count + (/^[\p{L}\p{M}]$/u.test(word) ? 0.5 : 1), 0);
}

/** The most that a page says that is nothing but a wall. */
const FEW_WORDS = 150;

function says(sign: Sign, answer: Answer): boolean {
  const { head, url, page, title, said, words, cookies } = answer;
  const value = sign.header && head.headers.get(sign.header[0])?.join(",").toLowerCase();
  const holds =
    (sign.status?.includes(head.status) ?? true) &&
    (sign.header === undefined || (value !== undefined && sign.header[1].test(value))) &&
    (sign.alone === true || (words <= (sign.words ?? FEW_WORDS) && !ABSENT.has(head.status))) &&
    (sign.alone === true || sign.text !== undefined || sign.url !== undefined || !answer.saysGone) &&
    (sign.url?.test(`${url.host}${url.pathname}${url.search}`) ?? true) &&
    (sign.asksNothing === undefined || asksNothing(answer)) &&
    (sign.cookie === undefined || cookies.some((cookie) => sign.cookie?.test(cookie)));
  return (
    holds &&
    (sign.title?.test(title) ?? true) &&
    (sign.text?.test(said) ?? true) &&
    (sign.tags?.test(page.tags) ?? true) &&
    (sign.scripts?.every((pattern) => pattern.test(page.scripts)) ?? true) &&
    (sign.markup === undefined || contains(answer, sign.markup))
  );
}

function contains({ html, small }: Answer, markup: string | RegExp): boolean {
  return typeof markup === "string" ? small.includes(markup) : markup.test(html);
}

/** No field but those of a captcha, a search, or boxes to tick. */
function asksNothing({ fields }: Answer): boolean {
  return fields.every(
    ({ type, name }) =>
      type === "checkbox" ||
      /captcha|verif|challenge|answer|response|\bcode\b|token|altcha/.test(name) ||
      isSearch(type, name),
  );
}

function isSearch(type: string, name: string): boolean {
  return type === "search" || /^(?:q|s|search|query|keywords?)\b/.test(name);
}

function isGeoFence({ said, words }: Answer): boolean {
  return words <= FEW_WORDS * 2 && gates.GEO_DEMANDS.test(said);
}

/** Longer, for what lawyers write between an "Enter" and an "Exit". */
const LEGAL_WORDS = 600;

function isAgeGate({ url, page, said, words, saysGone, cookies, fields }: Answer): boolean {
  if (saysGone || words > LEGAL_WORDS) return false;
  if (gates.AGE_PATH.test(url.pathname)) return true;
  const controls = page.controls.filter(({ length }) => length <= 60).map(flat);
  const asksBirth = fields.some(({ name }) => gates.BIRTH_FIELD.test(name));
  const enters = asksBirth || controls.some((control) => gates.AGE_ENTER.test(control));
  const leaves = words <= FEW_WORDS || controls.some((control) => gates.AGE_LEAVE.test(control));
  if (!enters || !leaves) return false;
  const marked = gates.AGE_TAGS.test(page.tags) || cookies.some((cookie) => gates.AGE_COOKIE.test(cookie));
  return (marked && words <= FEW_WORDS) || gates.AGE_DEMANDS.test(said);
}

/** Beside a form that asks for a password: where nothing else, its title or its first words, or its address names it. */
const LOGIN_WORDS_MOST = { unnamed: 40, named: FEW_WORDS, atItsPath: 400 };

function isLoginWall({ head, url, page, title, said, words, mainWords, saysGone, fields }: Answer): boolean {
  const password = ({ type }: Field) => type === "password";
  if (head.status === 401 && page.forms.some((form) => form.fields.some(password))) return true;
  const asksPassword = fields.some(password);
  const asksName = fields.some(({ type, name }) => type === "email" || /user|login|e-?mail|account/.test(name));
  const atItsPath = gates.LOGIN_PATH.test(url.pathname);
  if (atItsPath && asksPassword && words <= LOGIN_WORDS_MOST.atItsPath) return true;
  if (saysGone) return false;
  if (atItsPath && asksName && words <= FEW_WORDS) return true;
  if (words <= FEW_WORDS * 2 && mainWords <= FEW_WORDS && gates.LOGIN_DEMANDS.test(said)) return true;
  const named = gates.LOGIN_WORDS.test(`${title} ${flat(page.main).slice(0, 100)}`);
  return asksPassword && mainWords <= (named ? LOGIN_WORDS_MOST.named : LOGIN_WORDS_MOST.unnamed);
}
