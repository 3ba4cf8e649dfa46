import { ofLibrary, widthOf, type Ip } from "./ip.ts";
import { contains, parsePrefix, type Prefix } from "./prefix.ts";

/**
 * Whether an address is one of the public internet. It is not, if IANA gave its range a special purpose (loopback,
 * private, link-local and instance metadata, carrier-grade NAT, documentation, benchmarks, multicast, reserved, …), if it
 * is IPv6 outside of 2000::/3, or if it carries an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo), be that
 * one public or not: what is reached by it is decided elsewhere.
 */
export function isPublic(ip: Ip): boolean {
  if (ofLibrary(ip).range() !== "unicast") return false;
  if (ip.family === 6 && !contains(globalUnicast, ip)) return false;
  return !refused.some((prefix) => contains(prefix, ip));
}

/** Whether a network begins and ends in the public internet. */
export function isPublicPrefix({ family, bits, length }: Prefix): boolean {
  const last = bits | ((1n << BigInt(widthOf(family) - length)) - 1n);
  return isPublic({ family, bits }) && isPublic({ family, bits: last });
}

const prefixOf = (text: string): Prefix => {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`${text} is no prefix`);
  return prefix;
};

const globalUnicast = prefixOf("2000::/3");

// Unicast to the library, and yet nothing that the public reaches.
const refused: readonly Prefix[] = [
  "168.63.129.16/32", // the platform address of a large cloud, reachable from inside its machines only
  "2001::/23", // IETF protocol assignments, whatever of them is named by itself
].map(prefixOf);
