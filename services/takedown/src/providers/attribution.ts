import { domainsAbove, embeddedIpv4, parseIp, PrefixMap, prefixText, readPrefix, type Prefix } from "@ntd/net";
import { hold, release } from "./holders.ts";

/** Where a provider is found. */
export interface Place {
  providerId: string;
  /** Sub-domains are included. */
  domains: readonly string[];
  /** CIDR. */
  prefixes: readonly string[];
  /** What is hosted there and is nobody's by domain or prefix. */
  countries?: readonly string[];
  /** Those of both that others have too, where this one wins. */
  wins?: readonly string[];
}

/** Where all providers are found, kept so that an address costs some look-ups, however many providers there are. */
export class Places {
  readonly #domains = new Map<string, Set<string>>();
  readonly #prefixes = new PrefixMap<Set<string>>();
  readonly #countries = new Map<string, Set<string>>();
  readonly #winners = new Map<string, Set<string>>();

  add({ providerId, domains, prefixes, countries = [], wins = [] }: Place): void {
    for (const country of countries) hold(this.#countries, country, providerId);
    for (const place of wins) hold(this.#winners, place, providerId);
    for (const domain of domains) hold(this.#domains, domain, providerId);
    for (const prefix of networksOf(prefixes)) hold(this.#prefixes, prefix, providerId);
  }

  remove({ providerId, domains, prefixes, countries = [], wins = [] }: Place): void {
    for (const country of countries) release(this.#countries, country, providerId);
    for (const place of wins) release(this.#winners, place, providerId);
    for (const domain of domains) release(this.#domains, domain, providerId);
    for (const prefix of networksOf(prefixes)) release(this.#prefixes, prefix, providerId);
  }

  /**
   * The providers of an address: those with the longest domain that the host is in; else those with the longest prefix
   * that its IP is in; else the hotline of the country abroad that it is hosted in; else none. Of several that have that
   * very domain or prefix, those that win there; else all.
   *
   * @param country "" where it is not known, or is ours.
   */
  of(url: string, resolvedIp: string, country = ""): string[] {
    const host = hostOf(url);
    const byName = this.#byName(host) ?? this.#byIp(resolvedIp === "" ? host : resolvedIp);
    const holders = byName ?? this.#countries.get(country);
    return [...(holders ?? [])].toSorted();
  }

  #byName(host: string): Set<string> | undefined {
    for (const domain of domainsAbove(host)) {
      const ids = this.#domains.get(domain);
      if (ids !== undefined) return this.#winners.get(domain) ?? ids;
    }
    return undefined;
  }

  #byIp(text: string): Set<string> | undefined {
    const ip = parseIp(text.replaceAll(/[[\]]/g, ""));
    // An IPv4 address that is written as IPv6 counts as IPv4.
    const found = ip && this.#prefixes.longest(embeddedIpv4(ip) ?? ip);
    return found && (this.#winners.get(prefixText(found.prefix)) ?? found.value);
  }
}

function networksOf(prefixes: readonly string[]): Prefix[] {
  const read = prefixes.map(readPrefix).filter((p) => p.is !== "no_prefix");
  return read.map((p) => (p.is === "prefix" ? p.prefix : p.network));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, "") : "";
}
