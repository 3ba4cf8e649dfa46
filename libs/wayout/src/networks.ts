import { contains, isPublic, parseIp, readPrefix, type Prefix } from "@ntd/net";

/** Tells whether an address (as text) may be connected to. */
export type Allowed = (ip: string) => boolean;

/** Public addresses and those inside `exceptions`. */
export function publicOrIn(exceptions: readonly Prefix[]): Allowed {
  return (text) => {
    const ip = parseIp(text);
    return ip !== undefined && (exceptions.some((network) => contains(network, ip)) || isPublic(ip));
  };
}

/** A network in CIDR notation, its address anywhere within it; undefined when the text is none. */
export function parseNetwork(text: string): Prefix | undefined {
  const read = readPrefix(text);
  switch (read.is) {
    case "prefix":
      return read.prefix;
    case "bits_beyond_length":
      return read.network;
    case "no_prefix":
      return undefined;
  }
}

/** First and last port. */
export type PortRange = readonly [from: number, to: number];
