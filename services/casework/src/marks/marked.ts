import { addressFaults, parseAddress } from "@ntd/address";
import { isRegistrySuffix, parseHost, readPrefix, type Prefix } from "@ntd/net";
import type { MarkedHash, MarkKind, SetMarkRequest } from "@ntd/proto/casework/v1/mark_service";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import { Problem, type FieldFault } from "@ntd/service";
import { addressDigest, hashDigest, hostDigest, prefixDigest, searchedPrefix } from "../evidence/digests.ts";

/** What is marked, as far as it is kept. */
export interface Marked {
  kind: MarkKind;
  digest: string;
  /** The digest under which known cases are found that it may meet. */
  searched: string;
}

/** @throws Problem FIELD_INVALID when it is none; never with what was typed. */
export function markedOf(key: Uint8Array, what: SetMarkRequest["what"]): Marked {
  switch (what?.$case) {
    case "address":
      return whole("MARK_KIND_ADDRESS", addressDigest(key, canonical(what.value)));
    case "host":
      return whole("MARK_KIND_HOST", hostDigest(key, hostName(what.value)));
    case "prefix":
      return ofPrefix(key, prefix(what.value));
    case "hash":
      return whole("MARK_KIND_HASH", hashDigest(key, hash(what.value)));
    case undefined:
      throw Problem.fields({ field: "what", description: "is empty; name an address, a host, a prefix or a hash" });
    default:
      return what satisfies never;
  }
}

function whole(kind: MarkKind, digest: string): Marked {
  return { kind, digest, searched: digest };
}

function ofPrefix(key: Uint8Array, marked: Prefix): Marked {
  const searched = prefixDigest(key, searchedPrefix(marked));
  return { kind: "MARK_KIND_PREFIX", digest: prefixDigest(key, marked), searched };
}

function canonical(text: string): string {
  const read = parseAddress(text);
  if (!("fault" in read)) return read.address.key;
  throw refused("address", addressFaults[read.fault]);
}

function hostName(text: string): string {
  const host = parseHost(text.trim());
  if (host === undefined) throw refused("host", "is no host name; give the name alone, without http://, port and path");
  if (host.is === "ip")
    throw refused("host", "is an IP address; mark it as a prefix of its whole length (/32, or /128)");
  if (isRegistrySuffix(host.name)) throw refused("host", "is a registry's: all names below it are somebody else's");
  return host.name;
}

const SHORTEST = { 4: 8, 6: 16 };

function prefix(text: string): Prefix {
  const read = readPrefix(text.trim());
  if (read.is === "no_prefix") throw refused("prefix", "is no CIDR prefix, such as 192.0.2.0/24");
  if (read.is === "bits_beyond_length") throw refused("prefix", "has bits beyond its length; end it in zeros");
  const { family, length } = read.prefix;
  if (length >= SHORTEST[family]) return read.prefix;
  throw refused("prefix", `is wider than /${SHORTEST[family]}`);
}

const BYTES: Partial<Record<Algorithm, number>> = {
  ALGORITHM_SHA256: 32,
  ALGORITHM_SHA1: 20,
  ALGORITHM_MD5: 16,
  ALGORITHM_PDQ: 32,
  ALGORITHM_BLOCKHASH256: 32,
};

function hash({ algorithm, hex }: MarkedHash) {
  const bytes = BYTES[algorithm];
  const faults: FieldFault[] = [];
  if (bytes === undefined) {
    faults.push({ field: "hash.algorithm", description: "is missing or unknown; name the algorithm" });
    if (!/^[0-9a-f]+$/i.test(hex)) faults.push({ field: "hash.hex", description: "is not of hex digits alone" });
  } else if (!/^[0-9a-f]*$/i.test(hex) || hex.length !== bytes * 2) {
    faults.push({ field: "hash.hex", description: `is not ${bytes * 2} hex digits, which this algorithm takes` });
  }
  if (faults.length > 0) throw Problem.fields(...faults);
  return { algorithm, value: Uint8Array.from(Buffer.from(hex, "hex")) };
}

function refused(field: string, description: string): Problem {
  return Problem.fields({ field, description });
}
