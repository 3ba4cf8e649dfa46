import { isNeverFollowed } from "@ntd/wayout";

/** Of an address that is longer nobody is told, as of one that is reported; servers take no more, either. */
export const MOST_ADDRESS = 8192;

type Headers = ReadonlyMap<string, readonly string[]>;

/** Where an answer sends on; a page that a `Refresh` leaves is where the next request comes from. */
export type Next = { is: "to"; url: string; by: "location" | "refresh" } | { is: "nowhere" | "never_followed" };

/**
 * Undefined when the answer is itself what is there; nowhere: it sends on, and names no address that can be asked. A page that would refresh
 * to what is never followed stays what is there.
 */
export function nextOf(status: number, headers: Headers, url: URL): Next | undefined {
  const location = headers.get("location")?.[0];
  if (redirects.has(status) && location !== undefined) {
    const to = URL.parse(inUtf8(location), url.href);
    if (to === null || to.href.length > MOST_ADDRESS) return { is: "nowhere" };
    return isNeverFollowed(url, to) ? { is: "never_followed" } : { is: "to", url: to.href, by: "location" };
  }
  const to = refreshed(status, headers, url);
  return to && { is: "to", url: to.href, by: "refresh" };
}

const redirects = new Set([300, 301, 302, 303, 307, 308]);

/** A page that stays for longer is what a person sees. */
const MOST_SECONDS = 10;

// Browsers heed it whatever the status; a picture stays as long as it likes, since it has been shown.
function refreshed(status: number, headers: Headers, url: URL): URL | undefined {
  const type = headers.get("content-type")?.[0];
  if (type !== undefined && !/^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type)) return undefined;
  const refresh = refreshOf(inUtf8(headers.get("refresh")?.[0] ?? ""));
  const to = refresh && URL.parse(refresh.url, url.href);
  if (!to || refresh.seconds > MOST_SECONDS || !/^https?:$/.test(to.protocol)) return undefined;
  if (to.href.length > MOST_ADDRESS) return undefined;
  const isHome = to.origin === url.origin && to.pathname + to.search === "/";
  // "Not found, we bring you home": the status is the answer.
  if (status >= 400 && isHome) return undefined;
  // A page that loads itself anew shows nothing else, unless a cookie makes the difference.
  const isSame = to.href.replace(/#.*/s, "") === url.href.replace(/#.*/s, "");
  return (isSame && !headers.has("set-cookie")) || isNeverFollowed(url, to) ? undefined : to;
}

/** Reads a `Refresh` as HTML has it ("shared declarative refresh steps"); "" for the page itself. */
export function refreshOf(text: string): { seconds: number; url: string } | undefined {
  const [, seconds, fraction, rest = ""] = /^\s*(\d*)(\.[\d.]*)?(?:\s*[;,]\s*|\s+|$)(.*)$/s.exec(text) ?? [];
  if (seconds === undefined || (seconds === "" && fraction === undefined)) return undefined;
  const named = rest.replace(/^url\s*=\s*/i, "").trim();
  const [, , quoted] = /^(["'])(.*?)(?:\1|$)/s.exec(named) ?? [];
  return { seconds: Number(seconds), url: quoted ?? named };
}

/** Headers come in Latin-1; an address in them that is UTF-8 is meant so. */
function inUtf8(text: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}
