import { ipText, parseIp, widthOf, type Ip } from "./ip.ts";

/** A network: all addresses of a family that begin with the same `length` bits. */
export interface Prefix {
  readonly family: Ip["family"];
  /** Its first address. */
  readonly bits: bigint;
  readonly length: number;
}

export type ReadPrefix =
  | { is: "prefix"; prefix: Prefix }
  /** `10.0.0.5/8` may be meant as one address or as the whole network; `network` is the latter. */
  | { is: "bits_beyond_length"; network: Prefix }
  | { is: "no_prefix" };

/** Reads CIDR notation such as `192.0.2.0/24` or `2001:db8::/32`, and says if it has bits beyond its length. */
export function readPrefix(text: string): ReadPrefix {
  const [, address = "", length = ""] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const ip = parseIp(address);
  if (ip === undefined || Number(length) > widthOf(ip.family)) return { is: "no_prefix" };
  const network = prefixAround(ip, Number(length));
  return network.bits === ip.bits ? { is: "prefix", prefix: network } : { is: "bits_beyond_length", network };
}

/** A prefix in CIDR notation; undefined when it is none, or has bits beyond its length. */
export function parsePrefix(text: string): Prefix | undefined {
  const read = readPrefix(text);
  return read.is === "prefix" ? read.prefix : undefined;
}

/** The prefix of `length` bits that an address lies in. */
export function prefixAround({ family, bits }: Ip, length: number): Prefix {
  const beyond = BigInt(widthOf(family) - length);
  return { family, bits: (bits >> beyond) << beyond, length };
}

/** The one spelling of a prefix. */
export function prefixText({ family, bits, length }: Prefix): string {
  return `${ipText({ family, bits })}/${length}`;
}

/** Whether an address lies in a prefix. Families do not mix: see `embeddedIpv4` for an IPv4 address that is written as IPv6. */
export function contains({ family, bits, length }: Prefix, ip: Ip): boolean {
  return family === ip.family && (ip.bits ^ bits) >> BigInt(widthOf(family) - length) === 0n;
}
