import { isWithin } from "@ntd/net";

/**
 * Whether a name is never asked of the public DNS: it has a meaning in a local network, in a network of another kind, or
 * none at all. To ask would tell it to strangers, and an answer would be somebody's mistake.
 */
export function isReserved(name: string): boolean {
  return RESERVED.some((domain) => isWithin(name, domain));
}

/** Whether a name lies below a top of another root: that the public DNS has it not says nothing. If it has, it is asked. */
export function isOfAnotherRoot(name: string): boolean {
  return OTHER_ROOTS.some((domain) => isWithin(name, domain));
}

const RESERVED = [
  // Onion services and I2P: RFC 7686, and the same by use.
  "onion",
  "i2p",
  // What is not of the DNS by its own word: RFC 9476.
  "alt",
  // Local networks: RFC 6762, RFC 8375, ICANN 2024.
  "local",
  "home.arpa",
  "internal",
  // Tests and mistakes: RFC 6761.
  "test",
  "invalid",
];

// Tops of name systems that are reached by an extension or a gateway: Namecoin, Ethereum, Unstoppable Domains, Lokinet,
// GNUnet, Emercoin.
const OTHER_ROOTS = "bit eth crypto nft blockchain zil dao wallet loki snode gnu zkey lib emc coin bazar".split(" ");
