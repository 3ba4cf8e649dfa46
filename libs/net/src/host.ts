import { domainToASCII } from "node:url";
import { getDomain } from "tldts";
import { ipText, parseIp, type Ip } from "./ip.ts";

/** Where a URL points: a name in its one spelling (lower case, IDN as xn--, no dot at the end) or an address. */
export type Host = { is: "name"; name: string } | { is: "ip"; ip: Ip };

/** Reads a host as it stands in a URL, a provider's domain or a hosts file; an IPv6 address with or without brackets. */
export function parseHost(text: string): Host | undefined {
  const plain = text.replace(/\.$/, "");
  const ip = parseIp(/^\[.*\]$/.test(plain) ? plain.slice(1, -1) : plain);
  if (ip !== undefined) return { is: "ip", ip };
  if (NOT_OF_A_HOST.test(plain)) return undefined;
  const name = domainToASCII(plain);
  // The URL parser reads short forms of IPv4 ("127.1") as addresses, where a person meant a name or made a mistake.
  const valid = name !== "" && name.length <= 253 && name.split(".").every((label) => LABEL.test(label));
  return valid && parseIp(name) === undefined ? { is: "name", name } : undefined;
}

// Node cuts a text at some of these and undoes the escapes of another, as if it were a whole URL.
const NOT_OF_A_HOST = /[\s%/\\?#@:[\]]/;

// By the standard no host has an underscore, or a hyphen at an end; there are many that do, and answer.
const LABEL = /^[a-z0-9_-]{1,63}$/;

/** As it is written in lists and compared; an IPv6 address without brackets. */
export function hostText(host: Host): string {
  return host.is === "ip" ? ipText(host.ip) : host.name;
}

/**
 * The domain somebody registered that a name belongs to, by the public suffix list with its private part:
 * `a.b.host.example` → `host.example`, `me.github.io` → `me.github.io`. Undefined for a public suffix itself.
 */
export function registrableDomain(name: string): string | undefined {
  return getDomain(name, { allowPrivateDomains: true, validateHostname: false }) ?? undefined;
}

/**
 * Whether names below this one belong to whoever registers them with a registry (`com`, `co.uk`). What a company opens
 * to others below its own domain (`github.io`) is none: one company answers for it.
 */
export function isRegistrySuffix(name: string): boolean {
  return getDomain(name, { allowPrivateDomains: false, validateHostname: false }) === null;
}

/** Whether a name is the domain or lies below it; both in their one spelling. */
export function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The name and every domain above it, longest first: what a map of domains is asked for. */
export function* domainsAbove(name: string): Generator<string> {
  for (let rest = name; ; rest = rest.slice(rest.indexOf(".") + 1)) {
    yield rest;
    if (!rest.includes(".")) return;
  }
}
