import { isWithin, parsePrefix, prefixAround } from "@ntd/net";
import type { Place } from "../providers/attribution.ts";

/** A domain or prefix of one provider that lies in one of another, or around it, or is the same. */
export interface Overlap {
  place: string;
  providerId: string;
  theirPlace: string;
  /** Who gets what lies in both. */
  winner: string;
}

/**
 * Where the new places of a provider meet those of others. The longer one wins, as in attribution; of two that are the
 * same the new one, unless the other was made to win there before.
 */
export function overlapsOf(added: Place, others: Iterable<Place>): Overlap[] {
  const found: Overlap[] = [];
  for (const other of others) {
    if (other.providerId === added.providerId) continue;
    for (const place of added.domains) found.push(...met(added, place, other, other.domains, isWithin));
    for (const place of added.prefixes) found.push(...met(added, place, other, other.prefixes, isWithinPrefix));
  }
  return found;
}

type Within = (inner: string, outer: string) => boolean;

function met(added: Place, place: string, other: Place, theirs: readonly string[], isInside: Within): Overlap[] {
  return theirs.flatMap((theirPlace): Overlap[] => {
    const [inside, around] = [isInside(place, theirPlace), isInside(theirPlace, place)];
    if (!inside && !around) return [];
    const theyWin = inside && around ? other.wins?.includes(theirPlace) : around;
    const winner = theyWin === true ? other.providerId : added.providerId;
    return [{ place, providerId: other.providerId, theirPlace, winner }];
  });
}

function isWithinPrefix(inner: string, outer: string): boolean {
  const [a, b] = [parsePrefix(inner), parsePrefix(outer)];
  if (a === undefined || b === undefined || a.family !== b.family || a.length < b.length) return false;
  return prefixAround(a, b.length).bits === b.bits;
}

export function isSamePlace({ place, theirPlace }: Overlap): boolean {
  return place === theirPlace;
}
