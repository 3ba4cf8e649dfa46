import { embeddedIpv4, ipText, parseHost } from "@ntd/net";

const MAX_ROUNDS = 10;

/**
 * The key of release 0.2, frozen: by it the targets of its stores are found again, and nothing else is compared by it. It
 * follows the Safe Browsing rules, which take different addresses for one: http and https are one, the host plain,
 * percent-escapes undone until nothing changes, dots and slashes of the path resolved, escaped anew, known tracking
 * parameters left out.
 */
export function keyOfVersion1(url: URL): string {
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

// As it was then: today's list may grow, the ids of then do not change.
const TRACKING =
  /^(utm_[a-z]+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_cid|mc_eid)(=|$)/i;

function withoutTracking(query: string): string {
  const all = query.split("&");
  const kept = all.filter((parameter) => !TRACKING.test(parameter));
  return kept.length === 0 ? "" : `?${escaped(kept.join("&"))}`;
}
