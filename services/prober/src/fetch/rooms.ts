import { hostText, parseHost, parseIp, prefixAround, prefixText } from "@ntd/net";

/** Where one look has been so far: it takes room in each of these until it ends. */
export interface Visit {
  since: number;
  places: Set<string>;
}

const PER_HOST = 2;
const PER_NETWORK = 16;
/** A network in which so many looks are older than `OLD_MS` is slow: it gets no more hands. */
const OLD_PER_NETWORK = PER_NETWORK / 4;
const OLD_MS = 5000;

/** How many looks may be at one host and in one network (a /24 or /48) at a time. */
export class Rooms {
  readonly #inside = new Map<string, Set<Visit>>();

  fits(places: Iterable<string>, now: number): boolean {
    for (const place of places) {
      const visits = this.#inside.get(place);
      if (visits === undefined) continue;
      if (visits.size >= (isNetwork(place) ? PER_NETWORK : PER_HOST)) return false;
      if (!isNetwork(place)) continue;
      const old = [...visits].filter(({ since }) => now - since > OLD_MS);
      if (old.length >= OLD_PER_NETWORK) return false;
    }
    return true;
  }

  /** False when there is no room for one more; true also when it is there already. */
  enter(visit: Visit, place: string, now: number): boolean {
    if (visit.places.has(place)) return true;
    if (!this.fits([place], now)) return false;
    const visits = this.#inside.get(place) ?? new Set();
    this.#inside.set(place, visits.add(visit));
    visit.places.add(place);
    return true;
  }

  leave(visit: Visit): void {
    for (const place of visit.places) {
      const visits = this.#inside.get(place);
      visits?.delete(visit);
      if (visits?.size === 0) this.#inside.delete(place);
    }
  }
}

const isNetwork = (place: string) => place.startsWith("network:");

/** The place of a URL's host. */
export function hostPlace(hostname: string): string {
  const host = parseHost(hostname);
  return `host:${host === undefined ? hostname : hostText(host)}`;
}

/** The place of the network around an address: as many as one owner is likely to hold. */
export function networkPlace(text: string): string {
  const ip = parseIp(text);
  return `network:${ip === undefined ? text : prefixText(prefixAround(ip, ip.family === 4 ? 24 : 48))}`;
}
