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

/** An address as it is shown to a person: empty where there is none, or where its key was taken out, which is told apart. */
export interface ShownAddress {
  url: string;
  /** It was there, and is gone for good. */
  addressErased?: true;
}

/** @throws Problem SEALING_KEY_NEWER, SIGNATURE_INVALID, EVENT_UNREADABLE. */
export function shownAddress(sealer: Sealer, sealed: Sealed | undefined): ShownAddress {
  if (sealed === undefined) return { url: "" };
  const address = addressLeft(sealer, sealed);
  return address === undefined ? { url: "", addressErased: true } : { url: namedAddress(address) };
}

/**
 * The address, undefined where its key was taken out, which erased it for good.
 *
 * @throws Problem SEALING_KEY_NEWER, SIGNATURE_INVALID, EVENT_UNREADABLE.
 */
export function addressLeft(sealer: Sealer, sealed: Sealed): Address | undefined {
  try {
    return openAddress(sealer, sealed);
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return undefined;
    throw error;
  }
}
