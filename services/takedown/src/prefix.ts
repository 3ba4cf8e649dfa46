import { BlockList, isIP } from "node:net";

/** Whether text is a CIDR prefix of at least one bit, for example `192.0.2.0/24` or `2001:db8::/32`. */
export function isPrefix(text: string): boolean {
  const [network = "", length = "", ...rest] = text.split("/");
  const family = isIP(network);
  return (
    family !== 0 && rest.length === 0 && /^[1-9]\d{0,2}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128)
  );
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
