import { BlockList, isIP } from "node:net";

/**
 * What is wrong with a CIDR prefix, for example `192.0.2.0/24` or `2001:db8::/32`; undefined when nothing is. It has at
 * least one bit, and none beyond its length: `10.0.0.5/8` may be meant as one address or as the whole network.
 */
export function prefixFault(text: string): string | undefined {
  const [network = "", length = "", ...rest] = text.split("/");
  const family = isIP(network);
  const most = family === 4 ? 32 : 128;
  const well = family !== 0 && !network.includes("%") && rest.length === 0 && /^[1-9]\d{0,2}$/.test(length);
  if (!well || Number(length) > most) return "is no CIDR prefix of at least one bit, such as 192.0.2.0/24";
  const beyond = BigInt(most - Number(length));
  const address = family === 4 ? numberOf4(network) : numberOf6(network);
  const start = (address >> beyond) << beyond;
  if (start === address) return undefined;
  return `has bits beyond its length; write ${family === 4 ? text4(start) : text6(start)}/${length}`;
}

/** Whether an IP address lies in a prefix; an IPv4 address that is written as IPv6 counts as IPv4. */
export function contains(prefix: string, ip: string): boolean {
  const [network = "", length] = prefix.split("/");
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = isIP(plain);
  if (family === 0 || family !== isIP(network)) return false;
  const name = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, Number(length), name);
  return list.check(plain, name);
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
