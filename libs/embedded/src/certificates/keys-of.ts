import "../reflect.ts";
import { createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { putInPlace } from "./files.ts";

export const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export function newKeys() {
  return webcrypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
}

export async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

export async function signingKeyOf(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (der === undefined) throw new Error("no key");
  return webcrypto.subtle.importKey("pkcs8", der, signingAlgorithm, false, ["sign"]);
}

/** Where a key stands, and where the one that follows it waits until its certificate is in place. */
export type KeyFiles = { key: string; next: string };

export const keysOfIdentity = (dir: string): KeyFiles => ({
  key: join(dir, "key.pem"),
  next: join(dir, "key.next.pem"),
});
export const keysOfAuthority = (dir: string): KeyFiles => ({
  key: join(dir, "ca-key.pem"),
  next: join(dir, "ca-key.next.pem"),
});

/** The private key of the certificate, wherever a death in between left it; undefined when neither file has it. */
export async function keyFor(certificate: string, { key, next }: KeyFiles): Promise<string | undefined> {
  const wanted = new X509Certificate(certificate);
  for (const path of [key, next]) {
    const pem = await readFile(path, "utf8").catch(() => undefined);
    if (pem !== undefined && fits(wanted, pem)) return pem;
  }
  return undefined;
}

/** Ends what a death between two writes left: the next key takes its place once the certificate is its own. */
export async function settle(certificate: string, { key, next }: KeyFiles): Promise<void> {
  if (!existsSync(next)) return;
  const isInForce = fits(new X509Certificate(certificate), await readFile(next, "utf8"));
  await (isInForce ? putInPlace(next, key) : rm(next));
}

export function fits(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
