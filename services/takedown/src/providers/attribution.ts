import { hold, release } from "./holders.ts";
import { parseIp, prefixOf } from "./prefix.ts";
import { PrefixMap } from "./prefix-map.ts";

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
    for (const prefix of known(prefixes)) hold(this.#prefixes, prefix, providerId);
  }

  remove({ providerId, domains, prefixes }: Place): void {
    for (const domain of domains) release(this.#domains, domain, providerId);
    for (const prefix of known(prefixes)) release(this.#prefixes, prefix, providerId);
  }

  /**
   * The providers of an address: those with the longest domain that the host is in; else those with the longest prefix
   * that its IP is in; else none. Several only when they share that very domain or prefix.
   */
  of(url: string, resolvedIp: string): string[] {
    const host = hostOf(url);
    const byDomain = domainsAbove(host).map((domain) => this.#domains.get(domain));
    const holders = byDomain.find((h) => h !== undefined) ?? this.#byIp(resolvedIp === "" ? host : resolvedIp);
    return [...(holders ?? [])].toSorted();
  }

  #byIp(text: string): Set<string> | undefined {
    // An IPv4 address that is written as IPv6 counts as IPv4.
    const ip = parseIp(text.replaceAll(/[[\]]|^::ffff:(?=\d+\.)/gi, ""));
    return ip && this.#prefixes.longest(ip);
  }
}

const known = (prefixes: readonly string[]) => prefixes.map(prefixOf).filter((p) => p !== undefined);

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, "") : "";
}

/** The name and every domain above it, longest first. */
function domainsAbove(name: string): string[] {
  const labels = name.split(".");
  return labels.map((_, i) => labels.slice(i).join("."));
}
