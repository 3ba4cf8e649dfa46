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

/**
 * Room for parts of a look that end before it, as what a page shows: they are in a place together as one more look, and
 * leave it with the last of them. Where the look itself is they take no room of their own.
 */
export function roomsWithin(rooms: Rooms, look: Visit, nowMs: () => number): () => Room {
  const inside = new Map<string, { visit: Visit; parts: number }>();
  const entered = (place: string): boolean => {
    const known = inside.get(place);
    const visit = known?.visit ?? { since: nowMs(), places: new Set() };
    if (!rooms.enter(visit, place, nowMs())) return false;
    inside.set(place, { visit, parts: (known?.parts ?? 0) + 1 });
    return true;
  };
  return () => {
    const own = new Set<string>();
    let hasLeft = false;
    const isIn = (place: string) => own.has(place) || look.places.has(place);
    return {
      // What a browser still asks for at the end of its look may have waited until then: nobody would give its room back.
      enter: (place) => !hasLeft && (isIn(place) || (entered(place) && own.add(place).size > 0)),
      leave: () => {
        if (hasLeft) return;
        hasLeft = true;
        for (const place of own) {
          const { visit, parts } = inside.get(place) ?? { visit: look, parts: 2 };
          if (parts > 1) inside.set(place, { visit, parts: parts - 1 });
          else {
            inside.delete(place);
            rooms.leave(visit);
          }
        }
      },
    };
  };
}

/** Room that is taken and given back. */
export interface Room {
  enter: (place: string) => boolean;
  leave: () => void;
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
