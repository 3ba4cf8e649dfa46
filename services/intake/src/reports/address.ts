import { embeddedIpv4, ipText, parseHost } from "@ntd/net";
import type { Address } from "@ntd/service";

/** Part of every target id: a change of the rules below raises it, so that old and new ids never mix. */
export const CANONICALISER_VERSION = 1;

export type AddressFault = "MISSING" | "TOO_LONG" | "NOT_ABSOLUTE" | "SCHEME" | "HOST" | "CREDENTIALS";

const MAX_BYTES = 8192;
const MAX_ROUNDS = 10;

/** Reads a reported address. The fault says what kind it is and never what the address holds. */
export function parseAddress(original: string): Address | { fault: AddressFault } {
  const fault = faultOf(original);
  if (fault !== undefined) return { fault };
  const url = new URL(original);
  return { original, fetch: url.href, key: keyOf(url) };
}

function faultOf(original: string): AddressFault | undefined {
  if (original.trim() === "") return "MISSING";
  if (Buffer.byteLength(original) > MAX_BYTES) return "TOO_LONG";
  const scheme = /^[\s\0-\x20]*([a-z][a-z0-9+.-]*):/i.exec(original)?.[1]?.toLowerCase();
  if (scheme === undefined) return "NOT_ABSOLUTE";
  if (scheme !== "http" && scheme !== "https") return "SCHEME";
  // WHATWG parsing takes "http:host" and "http:///host" for "http://host"; a person who typed that meant something else.
  if (!/^[^:]*:[\t\r\n]*[/\\][\t\r\n]*[/\\][\t\r\n]*[^/\\?#\t\r\n]/.test(original)) return "HOST";
  if (!URL.canParse(original)) return "HOST";
  const url = new URL(original);
  if (url.username !== "" || url.password !== "") return "CREDENTIALS";
  return plainHost(url.hostname) === "" ? "HOST" : undefined;
}

/**
 * The comparison key by the Safe Browsing rules: http and https are one, the host plain, percent-escapes undone until
 * nothing changes, dots and slashes of the path resolved, escaped anew, known tracking parameters left out.
 */
function keyOf(url: URL): string {
  const host = `${plainHost(url.hostname)}${url.port === "" ? "" : `:${url.port}`}`;
  const rest = url.href.slice(url.origin.length).replace(/#.*$/s, "");
  const plain = unescaped(rest.split("?", 1)[0] ?? "");
  const query = rest.includes("?") ? unescaped(rest.slice(rest.indexOf("?") + 1)) : undefined;
  if (plain === undefined || (rest.includes("?") && query === undefined)) return `http://${host}${rest}`;
  // "?" is escaped too: within a path it is a letter, before a query it is a border.
  const path = escaped(resolved(plain)).replaceAll("?", "%3F");
  return `http://${host}${path}${query === undefined ? "" : withoutTracking(query)}`;
}

function plainHost(hostname: string): string {
  if (hostname.startsWith("[")) return innerIpv4(hostname) ?? hostname;
  return hostname.replaceAll(/\.{2,}/g, ".").replaceAll(/^\.|\.$/g, "");
}

/** An IPv4 address that is written as IPv6 is the same place. */
function innerIpv4(hostname: string): string | undefined {
  const host = parseHost(hostname);
  const inner = host?.is === "ip" ? embeddedIpv4(host.ip) : undefined;
  return inner && ipText(inner);
}

/** One character a byte; undefined when it takes more rounds than an honest address needs. */
function unescaped(text: string): string | undefined {
  let now = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = now.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (next === now) return now;
    now = next;
  }
  return undefined;
}

function resolved(path: string): string {
  const out: string[] = [];
  const parts = path.split(/\/+/).filter((part) => part !== "");
  for (const part of parts) {
    if (part === "..") out.pop();
    else if (part !== ".") out.push(part);
  }
  const last = parts.at(-1);
  const folder = out.length > 0 && (path.endsWith("/") || last === "." || last === "..");
  return `/${out.join("/")}${folder ? "/" : ""}`;
}

function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what must be escaped
  return text.replaceAll(
    /[\0-\x20\x7f-\xff#%]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

const TRACKING =
  /^(utm_[a-z]+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid)(=|$)/i;

function withoutTracking(query: string): string {
  const all = query.split("&");
  const kept = all.filter((parameter) => !TRACKING.test(parameter));
  return kept.length === 0 ? "" : `?${escaped(kept.join("&"))}`;
}
