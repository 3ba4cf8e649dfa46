/** Where a provider is found. */
export interface Place {
  providerId: string;
  /** Sub-domains are included. */
  domains: readonly string[];
  /** CIDR. */
  prefixes: readonly string[];
}

/**
 * The providers of an address: those with the longest domain that the host is in; else those with the longest prefix
 * that its IP is in; else none. Several only when they share that very domain or prefix.
 */
export function attribute(
  url: string,
  resolvedIp: string,
  places: readonly Place[],
  contains: (prefix: string, ip: string) => boolean,
): string[] {
  const host = hostOf(url);
  const byDomain = longest(places, (place) =>
    Math.max(0, ...place.domains.filter((d) => host === d || host.endsWith(`.${d}`)).map((d) => d.length)),
  );
  if (byDomain.length > 0) return byDomain;
  const ip = resolvedIp === "" ? host.replaceAll(/[[\]]/g, "") : resolvedIp;
  return longest(places, (place) =>
    Math.max(0, ...place.prefixes.filter((p) => contains(p, ip)).map((p) => Number(p.split("/")[1]))),
  );
}

function longest(places: readonly Place[], lengthOf: (place: Place) => number): string[] {
  const measured = places.map((place) => ({ id: place.providerId, length: lengthOf(place) }));
  const best = Math.max(0, ...measured.map((m) => m.length));
  if (best === 0) return [];
  return measured
    .filter((m) => m.length === best)
    .map((m) => m.id)
    .toSorted();
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, "") : "";
}
