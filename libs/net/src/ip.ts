import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** An IP address of either family: 32 or 128 bits as one number. */
export interface Ip {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/**
 * Reads an address as it stands in DNS answers, URLs and logs: four decimal numbers, or IPv6 in any of its spellings.
 * Undefined for all else: short and octal forms ("127.1", "0177.0.0.1"), zones ("fe80::1%eth0"), brackets, names.
 */
export function parseIp(text: string): Ip | undefined {
  const family = isIP(text);
  if (family === 0 || text.includes("%")) return undefined;
  return { family: family === 4 ? 4 : 6, bits: numberOf(ipaddr.parse(hexTail(text)).toByteArray()) };
}

// ipaddr.js takes "::192.0.2.1" for "::ffff:192.0.2.1".
function hexTail(text: string): string {
  if (!text.includes(":")) return text;
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

/** The one spelling of an address: dotted decimal, or RFC 5952. */
export function ipText(ip: Ip): string {
  const parsed = ofLibrary(ip);
  return parsed.kind() === "ipv4" ? parsed.toString() : (parsed as ipaddr.IPv6).toRFC5952String();
}

/** The IPv4 address inside an IPv4-mapped (::ffff:0:0/96) or NAT64 (64:ff9b::/96) one; undefined in any other. */
export function embeddedIpv4({ family, bits }: Ip): Ip | undefined {
  const head = bits >> 32n;
  if (family === 4 || (head !== MAPPED && head !== NAT64)) return undefined;
  return { family: 4, bits: bits & 0xffff_ffffn };
}

const MAPPED = 0xffffn;
const NAT64 = 0x64_ff9bn << 64n;

/** How many bits an address of the family has. */
export function widthOf(family: Ip["family"]): number {
  return family === 4 ? 32 : 128;
}

export function ofLibrary({ family, bits }: Ip): ipaddr.IPv4 | ipaddr.IPv6 {
  const bytes = Array.from({ length: widthOf(family) / 8 }, (_, i) => Number((bits >> BigInt(8 * i)) & 0xffn));
  return ipaddr.fromByteArray(bytes.toReversed());
}

function numberOf(bytes: readonly number[]): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
