import { domainsAbove, embeddedIpv4, parseIp, PrefixMap, readPrefix, type Prefix } from "@ntd/net";
import { hold, release } from "./holders.ts";

/** Where a provider is found. */
export interface Place {
  providerId: string;
  /** Sub-domains are included. */
  domains: readonly string[];
  /** CIDR. */
  prefixes: readonly string[];
}

/** Where all providers are found, kept so that an address costs some look-ups, however many providers there are. */
export class Places {
  readonly #domains = new Map<string, Set<string>>();
  readonly #prefixes = new PrefixMap<Set<string>>();

  add({ providerId, domains, prefixes }: Place): void {
    for (const domain of domains) hold(this.#domains, domain, providerId);
    for (const prefix of networksOf(prefixes)) hold(this.#prefixes, prefix, providerId);
  }

  remove({ providerId, domains, prefixes }: Place): void {
    for (const domain of domains) release(this.#domains, domain, providerId);
    for (const prefix of networksOf(prefixes)) release(this.#prefixes, prefix, providerId);
  }

  /**
   * The providers of an address: those with the longest domain that the host is in; else those with the longest prefix
   * that its IP is in; else none. Several only when they share that very domain or prefix.
   */
  of(url: string, resolvedIp: string): string[] {
    const host = hostOf(url);
    const byDomain = Array.from(domainsAbove(host), (domain) => this.#domains.get(domain));
    const holders = byDomain.find((ids) => ids !== undefined) ?? this.#byIp(resolvedIp === "" ? host : resolvedIp);
    return [...(holders ?? [])].toSorted();
  }

  #byIp(text: string): Set<string> | undefined {
    const ip = parseIp(text.replaceAll(/[[\]]/g, ""));
    // An IPv4 address that is written as IPv6 counts as IPv4.
    return ip && this.#prefixes.longest(embeddedIpv4(ip) ?? ip)?.value;
  }
}

function networksOf(prefixes: readonly string[]): Prefix[] {
  const read = prefixes.map(readPrefix).filter((p) => p.is !== "no_prefix");
  return read.map((p) => (p.is === "prefix" ? p.prefix : p.network));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, "") : "";
}
