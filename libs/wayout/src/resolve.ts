import { readFile, stat } from "node:fs/promises";
import { hostText, ipText, isWithin, parseHost } from "@ntd/net";
import { isOfAnotherRoot, isReserved } from "./special-names.ts";

/** What is asked of DNS; `Resolver` of node:dns/promises is one. Not the system's look-up: that reads its own files. */
export interface DnsResolver {
  resolve4(name: string): Promise<string[]>;
  resolve6(name: string): Promise<string[]>;
}

export type Resolved =
  | { is: "addresses"; ips: string[] }
  /** The name does not exist: that is a miss. */
  | { is: "no_such_name" }
  /** The name exists and has no address. */
  | { is: "no_address" }
  /** The public DNS knows nothing of such names, whether there is something or not. */
  | { is: "not_from_here" }
  /** Our own resolver cannot be reached. */
  | { is: "no_resolver" }
  | { is: "failed"; timedOut: boolean };

/** Every address of a URL's host, looked up once; IPv4 first, in an order that does not turn. */
export async function resolveHost(hostname: string, dns: DnsResolver, hosts: Hosts): Promise<Resolved> {
  const host = parseHost(hostname);
  if (host?.is === "ip") return { is: "addresses", ips: [ipText(host.ip)] };
  // A URL may hold a name that is none by our rules; DNS says whether there is something.
  const name = host?.name ?? hostname;
  const known = await hosts(name);
  if (known.length > 0) return { is: "addresses", ips: known };
  // RFC 6761: such a name is loopback, whatever a resolver says of it; then it is refused as the address that it is.
  if (isWithin(name, "localhost")) return { is: "addresses", ips: ["127.0.0.1"] };
  if (isReserved(name)) return { is: "not_from_here" };
  const [v4, v6] = await Promise.allSettled([dns.resolve4(name), dns.resolve6(name)]);
  const ips = [v4, v6].flatMap((result) => (result.status === "fulfilled" ? result.value.toSorted() : []));
  if (ips.length > 0) return { is: "addresses", ips };
  const codes = [v4, v6].map((result) => (result.status === "rejected" ? codeOf(result.reason) : "ENODATA"));
  // Both families must say so: some authorities say of one that they have not that the name does not exist.
  if (codes.every((code) => code === "ENOTFOUND")) {
    return isOfAnotherRoot(name) ? { is: "not_from_here" } : { is: "no_such_name" };
  }
  if (codes.every((code) => code === "ENODATA" || code === "ENOTFOUND")) return { is: "no_address" };
  if (codes.includes("ECONNREFUSED")) return { is: "no_resolver" };
  return { is: "failed", timedOut: codes.includes("ETIMEOUT") || codes.includes("ECANCELLED") };
}

/** Addresses that a name is given by configuration. */
export type Hosts = (name: string) => Promise<string[]>;

export const noHosts: Hosts = async () => [];

/** A file in hosts format ("ip name name …"), read again when it has changed: a demonstration changes it. */
export function hostsFile(path: string): Hosts {
  let read: { stamp: string; ips: Map<string, string[]> } | undefined;
  return async (name) => {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true });
    const stamp = `${mtimeNs} ${size} ${ino}`;
    if (read?.stamp !== stamp) read = { stamp, ips: parsed(await readFile(path, "utf8")) };
    return read.ips.get(name) ?? [];
  };
}

function parsed(text: string): Map<string, string[]> {
  const ips = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [ip = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    for (const name of names.map(spelled)) if (name !== undefined) ips.set(name, [...(ips.get(name) ?? []), ip]);
  }
  return ips;
}

function spelled(text: string): string | undefined {
  const host = parseHost(text);
  return host && hostText(host);
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code);
}
