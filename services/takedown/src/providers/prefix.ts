import { isIP } from "node:net";

/** An IP address of either family: 32 or 128 bits as one number. */
export interface Ip {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** All addresses of a family that begin with the same `length` bits; `bits` is the first of them. */
export interface Prefix extends Ip {
  readonly length: number;
}

/**
 * What is wrong with a CIDR prefix, for example `192.0.2.0/24` or `2001:db8::/32`; undefined when nothing is. It has at
 * least one bit, and none beyond its length: `10.0.0.5/8` may be meant as one address or as the whole network.
 */
export function prefixFault(text: string): string | undefined {
  const prefix = prefixOf(text);
  if (prefix === undefined) return "is no CIDR prefix of at least one bit, such as 192.0.2.0/24";
  if (prefix.bits === parseIp(text.split("/")[0] ?? "")?.bits) return undefined;
  return `has bits beyond its length; write ${textOf(prefix)}/${prefix.length}`;
}

/** The network that a CIDR prefix lies in; undefined when it is none. */
export function prefixOf(text: string): Prefix | undefined {
  const [network = "", length = "", ...rest] = text.split("/");
  const ip = parseIp(network);
  if (ip === undefined || rest.length > 0 || !/^[1-9]\d{0,2}$/.test(length)) return undefined;
  return Number(length) > widthOf(ip) ? undefined : prefixAround(ip, Number(length));
}

export function prefixAround({ family, bits }: Ip, length: number): Prefix {
  const beyond = BigInt(widthOf({ family }) - length);
  return { family, bits: (bits >> beyond) << beyond, length };
}

/** An address in any of its spellings, without a zone. */
export function parseIp(text: string): Ip | undefined {
  const family = isIP(text);
  if (family === 0 || text.includes("%")) return undefined;
  return family === 4 ? { family, bits: numberOf4(text) } : { family: 6, bits: numberOf6(text) };
}

function widthOf({ family }: Pick<Ip, "family">): number {
  return family === 4 ? 32 : 128;
}

function textOf({ family, bits }: Ip): string {
  return family === 4 ? text4(bits) : text6(bits);
}

function numberOf4(ip: string): bigint {
  return ip.split(".").reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function text4(number: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 0xffn).join(".");
}

function numberOf6(ip: string): bigint {
  const [head = "", tail] = shortest6(ip).split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((number, group) => (number << 16n) | BigInt(`0x${group}`), 0n);
}

function text6(number: bigint): string {
  const shifts = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n];
  return shortest6(shifts.map((shift) => ((number >> shift) & 0xffffn).toString(16)).join(":"));
}

// The URL parser writes an IPv6 address in its shortest form, without an IPv4 tail.
function shortest6(ip: string): string {
  return new URL(`http://[${ip}]`).hostname.slice(1, -1);
}
