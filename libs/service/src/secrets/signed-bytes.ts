import { createPrivateKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  compactVerify,
  CompactSign,
  createLocalJWKSet,
  exportJWK,
  flattenedVerify,
  FlattenedSign,
  generateKeyPair,
  type CryptoKey,
  type FlattenedVerifyResult,
  type JSONWebKeySet,
  type JWK,
} from "jose";
import { Problem } from "../problem/problem.ts";

export type { JSONWebKeySet, JWK } from "jose";

/** A signing key in use. */
export interface Signer {
  kid: string;
  /** The public half, for the key set that verifies. */
  publicJwk: JWK;
  /** A detached signature of exactly these bytes; `typ` names what they are. */
  sign(payload: Uint8Array, typ: string): Promise<string>;
  /** A compact JWS (RFC 7515) that holds the bytes: one text to hand on, which any JOSE library verifies. */
  signWhole(payload: Uint8Array, typ: string): Promise<string>;
}

/**
 * Signs bytes as they are: a compact JWS (RFC 7515) without its payload, which is not base64url-encoded (RFC 7797, so
 * `b64` is false and critical), by Ed25519. The result is `{header}..{signature}`.
 */
export async function signBytes(
  payload: Uint8Array,
  key: CryptoKey | KeyObject,
  { kid, typ }: { kid: string; typ: string },
): Promise<string> {
  const header = { alg: "EdDSA", kid, typ, b64: false, crit: ["b64"] };
  const jws = await new FlattenedSign(payload).setProtectedHeader(header).sign(key);
  return `${jws.protected}..${jws.signature}`;
}

/**
 * Checks a signature of `signBytes` over exactly these bytes by one of the key set's keys; resolves to the key's id.
 *
 * @throws Problem SIGNATURE_INVALID when it is another key's, of other bytes, or names another `typ`: bytes that were
 * signed as one thing must not pass as another.
 */
export async function verifyBytes(
  payload: Uint8Array,
  jws: string,
  jwks: JSONWebKeySet,
  typ: string,
): Promise<{ kid: string }> {
  const [header, middle, signature, ...rest] = jws.split(".");
  if (header === undefined || signature === undefined || middle !== "" || rest.length > 0) {
    throw new Problem("SIGNATURE_INVALID", "The signature is no detached compact JWS.");
  }
  const { protectedHeader } = await verified({ protected: header, payload, signature }, jwks);
  if (protectedHeader?.b64 !== false || protectedHeader.typ !== typ || protectedHeader.kid === undefined) {
    throw new Problem("SIGNATURE_INVALID", "The signature is of something else: typ, b64 or kid differ.");
  }
  return { kid: protectedHeader.kid };
}

/**
 * The bytes that a JWS of `signWhole` holds, signed by one of the key set's keys.
 *
 * @throws Problem SIGNATURE_INVALID as `verifyBytes`.
 */
export async function verifyWhole(jws: string, jwks: JSONWebKeySet, typ: string): Promise<Uint8Array> {
  const { payload, protectedHeader } = await compactVerify(jws, createLocalJWKSet(jwks), {
    algorithms: ["EdDSA"],
  }).catch((cause: unknown) => {
    throw new Problem("SIGNATURE_INVALID", undefined, { cause });
  });
  if (protectedHeader.typ === typ) return payload;
  throw new Problem("SIGNATURE_INVALID", "The signature is of something else: typ differs.");
}

async function verified(
  jws: { protected: string; payload: Uint8Array; signature: string },
  jwks: JSONWebKeySet,
): Promise<FlattenedVerifyResult> {
  try {
    return await flattenedVerify(jws, createLocalJWKSet(jwks), { algorithms: ["EdDSA"] });
  } catch (cause) {
    throw new Problem("SIGNATURE_INVALID", undefined, { cause });
  }
}

/** A new private Ed25519 key with its id, to be written to a file that only its owner can read. */
export async function newSigningKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "EdDSA", use: "sig" };
}

/**
 * The signer whose private key (a JWK with `kid`, as `newSigningKey` makes it) is in the file.
 *
 * @throws Problem CONFIG_INVALID when the file holds no such key.
 */
export function signerFromFile(path: string): Signer {
  const { kid, x, key } = readKey(path);
  return {
    kid,
    publicJwk: { kty: "OKP", crv: "Ed25519", x, kid, alg: "EdDSA", use: "sig" },
    sign: (payload, typ) => signBytes(payload, key, { kid, typ }),
    signWhole: (payload, typ) => new CompactSign(payload).setProtectedHeader({ alg: "EdDSA", kid, typ }).sign(key),
  };
}

function readKey(path: string): { kid: string; x: string; key: KeyObject } {
  try {
    const { kid, ...jwk } = JSON.parse(readFileSync(path, "utf8")) as JWK;
    const key = createPrivateKey({ key: jwk, format: "jwk" });
    const { x } = jwk;
    if (kid === undefined || kid === "") throw new Error("no kid");
    if (key.asymmetricKeyType !== "ed25519" || x === undefined) throw new Error("not Ed25519");
    return { kid, x, key };
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${path} holds no private Ed25519 key (a JWK with kid).`, { cause });
  }
}
