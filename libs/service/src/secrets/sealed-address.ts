import { Problem } from "../problem/problem.ts";
import type { Sealed, Sealer } from "./sealed.ts";

/** The three forms of a reported address. */
export interface Address {
  /** Exactly as it was reported: evidence. */
  original: string;
  /** What is fetched: the WHATWG serialisation. */
  fetch: string;
  /** What is compared: the canonical form. */
  key: string;
}

/**
 * What a notice, a case and a list name: the address as it was reported. If that is none before it is repaired, what it
 * was read as: whoever gets it has to find it.
 */
export function namedAddress({ original, fetch }: Address): string {
  return URL.canParse(original) && new URL(original).href === fetch ? original : fetch;
}

/** Seals an address as events and stores carry it. */
export function sealAddress(sealer: Sealer, { original, fetch, key }: Address, now: Date): Sealed {
  return sealer.seal(JSON.stringify({ original, fetch, key }), "address", now);
}

/** @throws Problem SEALING_KEY_MISSING, SIGNATURE_INVALID, and EVENT_UNREADABLE when what was sealed is no address. */
export function openAddress(sealer: Sealer, sealed: Sealed): Address {
  const text = sealer.open(sealed);
  try {
    const { original, fetch, key } = JSON.parse(text) as Partial<Address>;
    if (original !== undefined && fetch !== undefined && key !== undefined) return { original, fetch, key };
  } catch {
    // Told below, like JSON without the three forms.
  }
  throw new Problem("EVENT_UNREADABLE", "A sealed address does not hold its three forms.");
}
