import "../reflect.ts";
import { randomBytes, type webcrypto } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { AUTHORITY_DAYS, daysAfter, nextStep } from "./due.ts";
import { putInPlace, writeWhole } from "./files.ts";
import { keyFor, keysOfAuthority, newKeys, pemOf, signingAlgorithm, signingKeyOf } from "./keys-of.ts";

/** The common name of every development authority. LIVE refuses to start on certificates whose issuer carries it. */
export const developmentAuthority = "ntd DEVELOPMENT authority - not for LIVE";

/**
 * Makes a development authority in `dir`: `ca.pem` and `ca-key.pem` (ECDSA P-256, valid for one year from `now`).
 * One that is already there is kept, so that a second start does not disown the identities of the first.
 * Two folders are two authorities that do not trust each other.
 *
 * @throws when the one that is there has ended: `renewDue` puts a new one in its place.
 */
export async function createAuthority(dir: string, now = new Date()): Promise<void> {
  const existing = await readFile(join(dir, "ca.pem"), "utf8").catch(() => undefined);
  if (existing !== undefined) return refuseEnded(existing, dir, now);
  const { certificate, key } = await newAuthority(now);
  await mkdir(dir, { recursive: true });
  await writeWhole(keysOfAuthority(dir).key, key, 0o600);
  await writeWhole(join(dir, "ca.pem"), certificate.toString("pem"), 0o644);
}

/** Who signs now, and everybody whose signature holds: the signer, the next one, and the last one until it ends. */
export type Authority = {
  certificate: x509.X509Certificate;
  key: webcrypto.CryptoKey;
  trusted: readonly x509.X509Certificate[];
  /** Text of `ca.pem`: all that are trusted, who signs first. */
  bundle: string;
};

export async function readAuthority(dir: string): Promise<Authority> {
  const { key, next } = keysOfAuthority(dir);
  // An identity's folder has a ca.pem too.
  if (!existsSync(key) && !existsSync(next)) throw noAuthority(dir);
  const trusted = await authoritiesIn(dir);
  const [certificate] = trusted;
  const pem = certificate && (await keyFor(certificate.toString("pem"), { key, next }));
  if (certificate === undefined || pem === undefined) {
    throw new Error(`${key} is not the key of ${join(dir, "ca.pem")}; bring back the one that is`);
  }
  return { certificate, key: await signingKeyOf(pem), trusted, bundle: bundleOf(trusted) };
}

/**
 * Takes the authority as far as it must be at `now`: the next one is made while a third of the life is left and trusted
 * beside it, signs once whoever holds an identity has met it, and the last one is dropped when it has ended. Returns the
 * authorities that it made.
 */
export async function advanceAuthority(dir: string, now: Date): Promise<x509.X509Certificate[]> {
  const made: x509.X509Certificate[] = [];
  for (;;) {
    const trusted = await authoritiesIn(dir);
    const follower = trusted.find((one) => one.notAfter > (trusted[0]?.notAfter ?? now));
    const isReady = follower && (await keyFor(follower.toString("pem"), keysOfAuthority(dir))) !== undefined;
    const usable = trusted.filter((one) => one !== follower || isReady);
    switch (nextStep(usable.map(lifeOf), now)) {
      case "nothing": {
        await settleKey(dir, trusted);
        return made;
      }
      case "prepare":
        made.push(await prepare(dir, usable, now));
        break;
      case "change over":
        if (follower !== undefined) await write(dir, [follower, ...trusted.filter((one) => one !== follower)]);
        break;
      case "drop":
        await write(
          dir,
          trusted.filter((one, i) => i === 0 || one.notAfter > now),
        );
        break;
    }
  }
}

// The key first: a certificate without one is no authority, a key without a certificate is nothing.
async function prepare(dir: string, trusted: readonly x509.X509Certificate[], now: Date) {
  const { certificate, key } = await newAuthority(now);
  await settleKey(dir, trusted);
  await writeWhole(keysOfAuthority(dir).next, key, 0o600);
  await write(dir, [...trusted, certificate]);
  return certificate;
}

// The next key takes the place of the last one only once that signs no more.
async function settleKey(dir: string, trusted: readonly x509.X509Certificate[]): Promise<void> {
  const { key, next } = keysOfAuthority(dir);
  const [signing] = trusted;
  if (signing === undefined || (await keyFor(signing.toString("pem"), { key, next: key })) !== undefined) return;
  if ((await keyFor(signing.toString("pem"), { key: next, next })) !== undefined) await putInPlace(next, key);
}

function write(dir: string, trusted: readonly x509.X509Certificate[]): Promise<void> {
  return writeWhole(join(dir, "ca.pem"), bundleOf(trusted), 0o644);
}

/** The authorities that the folder trusts, who signs first. @throws when it holds none. */
export async function authoritiesIn(dir: string): Promise<x509.X509Certificate[]> {
  const pem = await readFile(join(dir, "ca.pem"), "utf8").catch((cause: unknown) => {
    throw noAuthority(dir, cause);
  });
  const authorities = certificatesIn(pem);
  if (authorities.length === 0) throw new Error(`${join(dir, "ca.pem")} holds no certificate`);
  return authorities;
}

function noAuthority(dir: string, cause?: unknown): Error {
  return new Error(`${dir} holds no authority; make one with \`ntd certs authority ${dir}\``, { cause });
}

function certificatesIn(pem: string): x509.X509Certificate[] {
  return x509.PemConverter.decode(pem).map((der) => new x509.X509Certificate(der));
}

function bundleOf(trusted: readonly x509.X509Certificate[]): string {
  return trusted.map((one) => `${one.toString("pem")}\n`).join("");
}

export function lifeOf({ notBefore, notAfter }: x509.X509Certificate) {
  return { from: notBefore, until: notAfter };
}

async function newAuthority(now: Date) {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [developmentAuthority] }],
    notBefore: now,
    notAfter: daysAfter(now, AUTHORITY_DAYS),
    signingAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: await pemOf(keys.privateKey) };
}

function refuseEnded(pem: string, dir: string, now: Date): void {
  const [signing] = certificatesIn(pem);
  if (signing === undefined || signing.notAfter > now) return;
  throw new Error(
    `the development authority in ${dir} expired on ${signing.notAfter.toISOString()}; \`ntd certs renew ${dir}\` makes ` +
      "a new one and issues the identities there by it; those that others hold must be issued to them again",
  );
}

// RFC 5280: positive and at most 20 bytes.
export function newSerial(): string {
  return `4${randomBytes(16).toString("hex").slice(1)}`;
}
