import { parseAddress } from "@ntd/address";
import { parseHost } from "@ntd/net";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import { Problem, shown } from "@ntd/service";
import { addressDigest, hashDigest, hostDigest } from "../evidence/digests.ts";
import type { Deps } from "../deps.ts";

type Keyed = Pick<Deps, "markKey">;

/** The digests under which cases of an address are found. */
export function digestsOfUrl({ markKey }: Keyed, url: string): string[] {
  const read = parseAddress(url);
  if ("fault" in read) throw Problem.fields({ field: "url", description: `${shown(url)} is no address` });
  return markKey === undefined ? [] : [addressDigest(markKey, read.address.key)];
}

/** Of a host, and so of all names below it. */
export function digestsOfHost({ markKey }: Keyed, text: string): string[] {
  const host = parseHost(text);
  if (host === undefined || host.is !== "name") {
    throw Problem.fields({ field: "host", description: `${shown(text)} is no name of a host` });
  }
  return markKey === undefined ? [] : [hostDigest(markKey, host.name)];
}

/** Of a hash in hexadecimal digits, by equality; its length says by which algorithms it may be. */
export function digestsOfHash({ markKey }: Keyed, hex: string): string[] {
  const algorithms = ALGORITHMS[hex.length];
  if (algorithms === undefined || !/^[0-9a-f]*$/i.test(hex)) {
    const description = `${shown(hex)} is no hash: it takes 32, 40 or 64 hexadecimal digits`;
    throw Problem.fields({ field: "hash_hex", description });
  }
  const value = new Uint8Array(Buffer.from(hex, "hex"));
  return markKey === undefined ? [] : algorithms.map((algorithm) => hashDigest(markKey, { algorithm, value }));
}

/** Of the pictures themselves. */
export function digestsOfPicture({ markKey }: Keyed, fingerprints: readonly Fingerprint[]): string[] {
  const telling = fingerprints.filter(({ algorithm }) => PICTURE.has(algorithm));
  return markKey === undefined ? [] : telling.map((one) => hashDigest(markKey, one));
}

const ALGORITHMS: Readonly<Record<number, Algorithm[]>> = {
  32: ["ALGORITHM_MD5"],
  40: ["ALGORITHM_SHA1"],
  64: ["ALGORITHM_SHA256", "ALGORITHM_PDQ", "ALGORITHM_BLOCKHASH256"],
};

// Unrelated plain pictures share a block hash too often.
const PICTURE: ReadonlySet<Algorithm> = new Set(["ALGORITHM_SHA256", "ALGORITHM_PDQ"]);
