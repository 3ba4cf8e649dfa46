import "./reflect.ts";
import { randomBytes, webcrypto } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identityKinds, type IdentityKind } from "@ntd/rpc";
import * as x509 from "@peculiar/x509";

/** The common name of every development authority. LIVE refuses to start on certificates whose issuer carries it. */
export const developmentAuthority = "ntd DEVELOPMENT authority - not for LIVE";

/** Who a certificate speaks for; `name` is lower case letters, digits and `-`, at most 63 of them. */
export type IdentityName = { kind: IdentityKind; name: string };

/** An identity on disk: its URI and the folder that holds `cert.pem`, `key.pem` (mode 0600) and `ca.pem`. */
export type Identity = { uri: string; dir: string };

/**
 * Makes a development authority in `dir`: `ca.pem` and `ca-key.pem` (ECDSA P-256, valid for one year from `now`).
 * One that is already there is kept, so that a second start does not disown the identities of the first.
 * Two folders are two authorities that do not trust each other.
 */
export async function createAuthority(dir: string, now = new Date()): Promise<void> {
  const existing = await readFile(join(dir, "ca.pem"), "utf8").catch(() => undefined);
  if (existing !== undefined) return refuseExpired(existing, dir, now);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [developmentAuthority] }],
    notBefore: now,
    notAfter: daysAfter(now, 365),
    signingAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await mkdir(dir, { recursive: true });
  await writeWhole(join(dir, "ca-key.pem"), await pemOf(keys.privateKey), 0o600);
  await writeWhole(join(dir, "ca.pem"), certificate.toString("pem"), 0o644);
}

/**
 * Issues a new identity `spiffe://ntd.test/<kind>/<name>` by the authority in `dir`, as client and as server on
 * `localhost` and 127.0.0.1, valid for 90 days from `now` (a date long past makes an expired one). An earlier
 * certificate of the same name is replaced. Throws when the name cannot be one or `dir` holds no authority.
 */
export async function issueIdentity(dir: string, { kind, name }: IdentityName, now = new Date()): Promise<Identity> {
  if (!identityKinds.includes(kind)) throw new Error(`kind: "${kind}" is none of ${identityKinds.join(", ")}`);
  if (!/^[a-z0-9-]{1,63}$/.test(name)) {
    throw new Error(`name: "${name.slice(0, 80)}" is not 1 to 63 lower case letters, digits and "-"`);
  }
  const authority = await readAuthority(dir);
  const keys = await newKeys();
  const uri = `spiffe://ntd.test/${kind}/${name}`;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [`${kind}-${name}`] }],
    issuer: authority.certificate.subjectName,
    notBefore: now,
    notAfter: daysAfter(now, 90),
    signingAlgorithm,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "url", value: uri },
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const folder = join(dir, `${kind}-${name}`);
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "key.pem"), await pemOf(keys.privateKey), 0o600);
  await writeWhole(join(folder, "cert.pem"), certificate.toString("pem"), 0o644);
  await writeWhole(join(folder, "ca.pem"), authority.pem, 0o644);
  return { uri, dir: folder };
}

const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function readAuthority(dir: string) {
  const [pem, keyPem] = await Promise.all(
    ["ca.pem", "ca-key.pem"].map((file) => readFile(join(dir, file), "utf8")),
  ).catch((cause: unknown) => {
    throw new Error(`${dir} holds no authority; make one with \`ntd certs authority ${dir}\``, { cause });
  });
  const [der] = x509.PemConverter.decode(keyPem ?? "");
  if (pem === undefined || der === undefined) throw new Error(`${join(dir, "ca-key.pem")} holds no key`);
  const key = await webcrypto.subtle.importKey("pkcs8", der, signingAlgorithm, false, ["sign"]);
  return { pem, key, certificate: new x509.X509Certificate(pem) };
}

function refuseExpired(pem: string, dir: string, now: Date): void {
  const { notAfter } = new x509.X509Certificate(pem);
  if (notAfter > now) return;
  throw new Error(`the development authority in ${dir} expired on ${notAfter.toISOString()}; delete that folder`);
}

function newKeys() {
  return webcrypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

// RFC 5280: positive and at most 20 bytes.
function newSerial(): string {
  return `4${randomBytes(16).toString("hex").slice(1)}`;
}

function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 24 * 60 * 60 * 1000);
}

// Renamed into place, so that a reader never sees half a file and the mode holds for a file that was there before.
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, `${text}\n`, { mode });
  await rename(temporary, path);
}
