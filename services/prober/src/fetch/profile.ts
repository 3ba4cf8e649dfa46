import type { Eye } from "./eye.ts";
import { isTrustworthy, refererOf, siteOf } from "./referrer.ts";

/** As whom an eye asks. */
export interface AsWhom {
  /** What a declared eye calls itself. */
  userAgent: string;
  /** How the host reaches us: a mailbox or a page, said by a declared eye; "" for none. */
  contact: string;
  /** The major version of Chrome that a browser eye asks as. */
  browserVersion: number;
}

/** What one request asks for, and what led to it. */
export interface Asking {
  url: URL;
  /** The page that led here; absent where a person typed the address. */
  from?: Led;
  cookie: string;
  /** What of the body is asked for. */
  range?: string;
}

/** shows: the page has the picture in it; frames: another page; leads: it sends whoever reads it on. */
export interface Led {
  page: URL;
  does: "shows" | "frames" | "leads";
  /** Every address since the page, for header lines this request's own included. */
  over: readonly URL[];
}

/** The header lines of a request, as the eye's profile has them. */
export function headerLines({ profile, country }: Pick<Eye, "profile" | "country">, who: AsWhom, asking: Asking) {
  const lines = profile === "browser" ? browserLines(country, who.browserVersion, asking) : declaredLines(who, asking);
  return lines.filter((line): line is [string, string] => line[1] !== undefined);
}

type Lines = (readonly [name: string, value: string | undefined])[];

// Chrome on Windows over HTTP/1.1. What tells of client and context goes to trustworthy addresses only, and there alone it
// takes br and zstd. A picture within a page is asked for in another order than an address that was typed.
function browserLines(country: string, version: number, { url, from, cookie, range }: Asking): Lines {
  const said = (value: string) => (isTrustworthy(url) ? value : undefined);
  const shown = from?.does === "shows";
  const brands = ["sec-ch-ua", said(brandsOf(version))] as const;
  const mobile = ["sec-ch-ua-mobile", said("?0")] as const;
  const platform = ["sec-ch-ua-platform", said('"Windows"')] as const;
  const userAgent = [
    "User-Agent",
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
  ] as const;
  const who: Lines = shown
    ? [platform, userAgent, brands, mobile, ["Accept", IMAGE]]
    : [brands, mobile, platform, ["Upgrade-Insecure-Requests", "1"], userAgent, ["Accept", DOCUMENT]];
  return [
    ["Host", url.host],
    ["Connection", "keep-alive"],
    ...who,
    ["Sec-Fetch-Site", said(from === undefined ? "none" : siteOf(from.page, from.over))],
    ["Sec-Fetch-Mode", said(shown ? "no-cors" : "navigate")],
    ["Sec-Fetch-User", from === undefined ? said("?1") : undefined],
    ["Sec-Fetch-Dest", said(shown ? "image" : from?.does === "frames" ? "iframe" : "document")],
    ["Referer", from && refererOf(from.page, url)],
    // A part of a packed body could not be unpacked.
    ["Accept-Encoding", range ? "identity" : isTrustworthy(url) ? ALL_CODINGS : "gzip, deflate"],
    ["Accept-Language", languagesOf(country)],
    ...lastLines(cookie, range),
  ];
}

const DOCUMENT =
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7";
const IMAGE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const ALL_CODINGS = "gzip, deflate, br, zstd";

function declaredLines({ userAgent, contact }: AsWhom, { url, from, cookie, range }: Asking): Lines {
  const isMailbox = contact.includes("@") && !contact.includes("/");
  return [
    ["Host", url.host],
    ["Connection", "close"],
    ["User-Agent", contact === "" ? userAgent : `${userAgent} (+${isMailbox ? "mailto:" : ""}${contact})`],
    ["From", isMailbox ? contact : undefined],
    ["Accept", "*/*"],
    ["Referer", from && refererOf(from.page, url)],
    ["Accept-Encoding", range ? "identity" : ALL_CODINGS],
    ...lastLines(cookie, range),
  ];
}

const lastLines = (cookie: string, range: Asking["range"]): Lines => [
  ["Cookie", cookie === "" ? undefined : cookie],
  ["Range", range],
];

/**
 * The client hint with a browser's names, as Chromium mixes it for each version (user_agent_utils.cc: a made-up brand,
 * other signs and another order each time, so that nobody relies on the form).
 */
export function brandsOf(version: number): string {
  const sign = (at: number) => " (:-./);=?_"[at % 11] ?? "";
  const madeUp = `"Not${sign(version)}A${sign(version + 1)}Brand";v="${["8", "99", "24"][version % 3]}"`;
  const [first = 0, second = 0, third = 0] = ORDERS[version % 6] ?? [];
  const mixed: string[] = [];
  mixed[first] = madeUp;
  mixed[second] = `"Chromium";v="${version}"`;
  mixed[third] = `"Google Chrome";v="${version}"`;
  return mixed.join(", ");
}

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** `Accept-Language` of a browser that was bought in the country: its language there, then English. */
export function languagesOf(country: string): string {
  const known = languages.get(country) ?? toldLanguages(country);
  languages.set(country, known);
  return known;
}

// Asked at every request, for the few countries of the eyes.
const languages = new Map<string, string>();

function toldLanguages(country: string): string {
  const { language } = new Intl.Locale(`und-${country}`).maximize();
  const own = `${language}-${country === "ZZ" ? "US" : country}`;
  const inTurn = new Set(language === "en" ? [own, "en-US", "en"] : [own, language, "en-US", "en"]);
  return [...inTurn].map((one, at) => (at === 0 ? one : `${one};q=${(1 - at / 10).toFixed(1)}`)).join(",");
}
