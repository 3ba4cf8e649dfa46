import ipaddr from "ipaddr.js";

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** Tells whether the prober may connect to an address (textual IP). */
export type Allowed = (ip: string) => boolean;

/**
 * Public addresses and those inside `exceptions`. Refused is everything that is not globally routed unicast: loopback,
 * private, link-local (instance metadata), carrier-grade NAT, multicast, broadcast, reserved; of IPv6 also whatever
 * carries an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo), be that one public or not.
 */
export function publicOrIn(exceptions: readonly Network[]): Allowed {
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const ip = ipaddr.parse(text);
    return exceptions.some((network) => inside(ip, network)) || isPublic(ip);
  };
}

export type Network = readonly [Ip, number];

/** A network in CIDR notation; undefined when the text is none. */
export function parseNetwork(text: string): Network | undefined {
  return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : undefined;
}

function isPublic(ip: Ip): boolean {
  if (ip.range() !== "unicast") return false;
  return !refused.some((network) => inside(ip, network)) && (ip.kind() === "ipv4" || inside(ip, globalUnicast));
}

function inside(ip: Ip, [base, bits]: Network): boolean {
  return ip.kind() === base.kind() && ip.match(base, bits);
}

const globalUnicast: Network = ipaddr.parseCIDR("2000::/3");

// Named unicast by the library and yet not for us.
const refused: readonly Network[] = [
  "168.63.129.16/32", // the platform address of a large cloud, reachable from inside its machines only
  "3fff::/20", // documentation
].map((text) => ipaddr.parseCIDR(text));
