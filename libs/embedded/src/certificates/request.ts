import "../reflect.ts";
import { createPublicKey, webcrypto } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { readAuthority } from "./authority.ts";
import { writeWhole } from "./files.ts";
import { certify, namesOf, requireName, uriOf, type IdentityName } from "./identity.ts";
import { keysOfIdentity, newKeys, pemOf, settle, signingAlgorithm } from "./keys-of.ts";

/** A request for a certificate, as `readRequest` found it. */
export type SigningRequest = {
  /** Whom it asks to speak for; undefined when it does not say so in our words. */
  who: IdentityName | undefined;
  subject: string;
  publicKey: x509.PublicKey;
};

/**
 * Makes a key and a request to have it certified in `dir`: `key.pem` (mode 0600) never leaves it, `request.pem` is for the
 * operator of an authority. A key that is there is kept, so that a request made twice asks for the same one; `isNewKey`
 * draws another, as `key.next.pem`, which is in force as soon as its certificate is in place. Returns the request's path.
 */
export async function requestIdentity(dir: string, who: IdentityName, isNewKey = false): Promise<string> {
  requireName({ kind: who.kind, name: who.name });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const files = keysOfIdentity(dir);
  const certificate = await readFile(join(dir, "cert.pem"), "utf8").catch(() => undefined);
  if (certificate !== undefined) await settle(certificate, files);
  const held = await readFile(files.key, "utf8").catch(() => undefined);
  const keys = held === undefined || isNewKey ? await newKeys() : await pairOf(held, files.key);
  if (held === undefined) await writeWhole(files.key, await pemOf(keys.privateKey), 0o600);
  else if (isNewKey) await writeWhole(files.next, await pemOf(keys.privateKey), 0o600);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [`${who.kind}-${who.name}`] }],
    keys,
    signingAlgorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "url", value: uriOf(who) }])],
  });
  const path = join(dir, "request.pem");
  await writeWhole(path, request.toString("pem"), 0o644);
  return path;
}

async function pairOf(pem: string, path: string): Promise<webcrypto.CryptoKeyPair> {
  const [der] = x509.PemConverter.decode(pem);
  try {
    const privateKey = await webcrypto.subtle.importKey("pkcs8", der ?? new Uint8Array(), signingAlgorithm, true, [
      "sign",
    ]);
    const spki = createPublicKey(pem).export({ type: "spki", format: "der" });
    return {
      privateKey,
      publicKey: await webcrypto.subtle.importKey("spki", spki, signingAlgorithm, true, ["verify"]),
    };
  } catch (cause) {
    throw new Error(`${path} is no P-256 key as PKCS #8; move it away, or make another with --new-key`, { cause });
  }
}

/** @throws when the text is no request, its signature is not its key's, or the key is too weak. */
export async function readRequest(pem: string): Promise<SigningRequest> {
  const request = parsed(pem);
  if (!(await request.verify().catch(() => false))) {
    throw new Error(
      "the request is not signed by the key that it names: whoever made it does not hold that key, or it was changed",
    );
  }
  requireStrong(request.publicKey);
  return { who: whoIn(request), subject: request.subject, publicKey: request.publicKey };
}

function parsed(pem: string): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(pem);
  } catch (cause) {
    throw new Error("the file is no certificate request (PKCS #10, PEM); make one with `ntd certs request`", { cause });
  }
}

function whoIn(request: x509.Pkcs10CertificateRequest): IdentityName | undefined {
  try {
    const { kind, name } = namesOf(request);
    return { kind, name };
  } catch {
    return undefined;
  }
}

function requireStrong(publicKey: x509.PublicKey): void {
  const key = createPublicKey({ key: Buffer.from(publicKey.rawData), format: "der", type: "spki" });
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const isStrong =
    type === "ed25519" ||
    (type === "ec" && ["prime256v1", "secp384r1"].includes(details?.namedCurve ?? "")) ||
    (type === "rsa" && (details?.modulusLength ?? 0) >= 2048);
  if (!isStrong)
    throw new Error("the key of the request is none of P-256, P-384, Ed25519 and RSA of 2048 bits or more");
}

/**
 * Certifies the key of a request for `who`, by the authority in `dir`: whom it speaks for is the operator's word, and a
 * request that asks for another is refused. A service is named with the hosts under which it serves. Returns the
 * certificate and the authorities to trust as PEM; both are public.
 */
export async function signRequest(dir: string, request: SigningRequest, who: IdentityName, now = new Date()) {
  requireName(who);
  if (who.kind === "service" && (who.hosts ?? []).length === 0) {
    throw new Error(
      "a certificate of kind service can pose as a server: name the host under which it serves with --server",
    );
  }
  if (request.who !== undefined && uriOf(request.who) !== uriOf(who)) {
    throw new Error(`the request is of ${request.who.kind}/${request.who.name}, not of ${who.kind}/${who.name}`);
  }
  const authority = await readAuthority(dir);
  const certificate = await certify(authority, { who, publicKey: request.publicKey }, now);
  return {
    uri: uriOf(who),
    until: certificate.notAfter,
    certificate: `${certificate.toString("pem")}\n`,
    authorities: authority.bundle,
  };
}
