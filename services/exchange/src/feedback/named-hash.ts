import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { FieldFault } from "@ntd/service";

/** Kinds of hashes of which NCMEC takes feedback and pages bring some here, with their lengths. */
const KINDS = {
  ALGORITHM_MD5: ["md5", 16],
  ALGORITHM_SHA1: ["sha1", 20],
  ALGORITHM_PDQ: ["pdq", 32],
} as const;

export type Kind = (typeof KINDS)[keyof typeof KINDS][0];

export const kinds: readonly Kind[] = Object.values(KINDS).map(([kind]) => kind);

export function kindOf(algorithm: Algorithm): Kind | FieldFault {
  const [, [kind]] = Object.entries(KINDS).find(([name]) => name === algorithm) ?? ["", [undefined]];
  return kind ?? { field: "algorithm", description: "is none of which the exchange takes feedback: MD5, SHA1 and PDQ" };
}

/** A hash as a member lists it. */
export function namedHash(fingerprint: Fingerprint | undefined): { kind: Kind; hash: string } | FieldFault {
  const { algorithm = "ALGORITHM_UNSPECIFIED", value = new Uint8Array() } = fingerprint ?? {};
  const kind = kindOf(algorithm);
  if (typeof kind === "object") return { ...kind, field: "fingerprint.algorithm" };
  const length = Object.values(KINDS).find(([name]) => name === kind)?.[1] ?? 0;
  if (value.byteLength === length) return { kind, hash: `${kind}:${Buffer.from(value).toString("hex")}` };
  const description = `has ${value.byteLength} bytes; ${kind} has ${length}`;
  return { field: "fingerprint.value", description };
}

export function fingerprintOf(hash: string): Fingerprint {
  const [name = "", hex = ""] = hash.split(":");
  const algorithm = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((one) => KINDS[one][0] === name);
  const value = Uint8Array.from(Buffer.from(hex, "hex"));
  return { algorithm: algorithm ?? "ALGORITHM_UNSPECIFIED", value, quality: 0 };
}
