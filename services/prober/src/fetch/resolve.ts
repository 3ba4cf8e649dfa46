import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

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
  | { is: "failed"; timedOut: boolean };

/** Every address of a URL's host, looked up once; IPv4 first, in an order that does not turn. */
export async function resolveHost(hostname: string, dns: DnsResolver, hosts: Hosts): Promise<Resolved> {
  const literal = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  if (isIP(literal) !== 0) return { is: "addresses", ips: [literal] };
  const known = await hosts(plain(hostname));
  if (known.length > 0) return { is: "addresses", ips: known };
  // RFC 6761: such a name is loopback, whatever a resolver says of it; then it is refused as the address that it is.
  if (/(^|\.)localhost$/.test(plain(hostname))) return { is: "addresses", ips: ["127.0.0.1"] };
  const [v4, v6] = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
  const ips = [v4, v6].flatMap((result) => (result.status === "fulfilled" ? result.value.toSorted() : []));
  if (ips.length > 0) return { is: "addresses", ips };
  const codes = [v4, v6].map((result) => (result.status === "rejected" ? codeOf(result.reason) : "ENODATA"));
  if (codes.includes("ENOTFOUND")) return { is: "no_such_name" };
  if (codes.every((code) => code === "ENODATA")) return { is: "no_address" };
  return { is: "failed", timedOut: codes.includes("ETIMEOUT") || codes.includes("ECANCELLED") };
}

/** Addresses that a name is given by configuration. */
export type Hosts = (name: string) => Promise<string[]>;

export const noHosts: Hosts = async () => [];

/** Reads a file in hosts format ("ip name name …") at each look-up: it is small, and a demonstration changes it. */
export function hostsFile(path: string): Hosts {
  return async (name) => {
    const lines = (await readFile(path, "utf8")).split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
    return lines.filter(([, ...names]) => names.some((n) => plain(n) === name)).map(([ip = ""]) => ip);
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code);
}
