import { parseAddress } from "@ntd/address";
import {
  domainsAbove,
  embeddedIpv4,
  parseHost,
  parseIp,
  prefixAround,
  prefixText,
  type Ip,
  type Prefix,
} from "@ntd/net";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import { keyedId } from "@ntd/service";

/** What is known of material: where it is, and what it is. */
export interface Whereabouts {
  /** As it is fetched; undefined where it is not known, or erased. */
  url: string | undefined;
  /** Textual. */
  resolvedIps: readonly string[];
  fingerprints: readonly Pick<Fingerprint, "algorithm" | "value">[];
}

// Digests are keyed: whoever reads the store alone can try out nothing.

/** Of an address as libs/address compares it. */
export function addressDigest(key: Uint8Array, canonical: string): string {
  return keyedId(key, "address", canonical);
}

/** Of a host in its one spelling; a name stands for all names below it, too. */
export function hostDigest(key: Uint8Array, name: string): string {
  return keyedId(key, "host", name);
}

export function prefixDigest(key: Uint8Array, prefix: Prefix): string {
  return keyedId(key, "prefix", prefixText(prefix));
}

/** By equality alone, a perceptual hash too: what is near has another digest. */
export function hashDigest(key: Uint8Array, { algorithm, value }: Pick<Fingerprint, "algorithm" | "value">): string {
  return keyedId(key, "hash", algorithm satisfies Algorithm, Buffer.from(value).toString("hex"));
}

/** Digests under which a case is found: of its address, host and the names above, hashes, and some prefixes of its IPs. */
export function digestsOf(key: Uint8Array, of: Whereabouts): string[] {
  return digests(key, of, STEPS);
}

/** Digests of all that a mark on it can be of: every prefix that its IPs lie in. */
export function markableDigests(key: Uint8Array, of: Whereabouts): string[] {
  return digests(key, of, EVERY);
}

/** The prefix under whose digest cases are found that lie in this one, and in others. */
export function searchedPrefix({ family, bits, length }: Prefix): Prefix {
  const step = STEPS[family].findLast((one) => one <= length) ?? 0;
  return prefixAround({ family, bits }, step);
}

function digests(key: Uint8Array, { url, resolvedIps, fingerprints }: Whereabouts, lengths: Lengths): string[] {
  const read = url === undefined ? undefined : parseAddress(url);
  const known = read !== undefined && !("fault" in read) ? read.address : undefined;
  const hostname = known === undefined ? "" : new URL(known.fetch).hostname;
  const host = parseHost(hostname);
  const names = namesOf(hostname, host);
  const ips = [...resolvedIps.slice(0, MOST_IPS).flatMap((text) => parseIp(text) ?? []), ...literal(host)];
  const all = [
    ...(known ? [addressDigest(key, known.key)] : []),
    ...names.map((name) => hostDigest(key, name)),
    ...ips.flatMap((ip) => prefixesAround(ip, lengths).map((prefix) => prefixDigest(key, prefix))),
    ...fingerprints.map((fingerprint) => hashDigest(key, fingerprint)),
  ];
  return [...new Set(all)];
}

// A URL may hold a name that is none by our rules, and DNS may answer for it: it lies below the others all the same.
function namesOf(hostname: string, host: ReturnType<typeof parseHost>): string[] {
  if (host?.is === "ip") return [];
  const name = host?.name ?? hostname.replace(/\.$/, "");
  return name === "" || name.length > LONGEST_NAME ? [] : [...domainsAbove(name)];
}

function literal(host: ReturnType<typeof parseHost>): Ip[] {
  return host?.is === "ip" ? [host.ip] : [];
}

function prefixesAround(ip: Ip, lengths: Lengths): Prefix[] {
  const inside = embeddedIpv4(ip);
  const own = lengths[ip.family].map((length) => prefixAround(ip, length));
  return inside === undefined ? own : [...own, ...prefixesAround(inside, lengths)];
}

type Lengths = Record<Ip["family"], readonly number[]>;

/** No DNS name is longer. */
const LONGEST_NAME = 253;

/** A host with more addresses is still known by these. */
const MOST_IPS = 32;

/** A few per case: a prefix between two of these is searched by the wider one. */
const STEPS: Lengths = { 4: [8, 16, 24, 32], 6: [16, 32, 48, 64, 128] };

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const EVERY: Lengths = { 4: range(8, 32), 6: range(16, 128) };
