import "../reflect.ts";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { identityKinds, type IdentityKind } from "@ntd/rpc";
import { spiffeId } from "@ntd/service";
import * as x509 from "@peculiar/x509";
import { lifeOf, newSerial, readAuthority, type Authority } from "./authority.ts";
import { identityLife } from "./due.ts";
import { putInPlace, writeWhole } from "./files.ts";
import { keysOfIdentity, newKeys, pemOf, settle, signingAlgorithm } from "./keys-of.ts";

/** The trust domain of the authorities that are made here. */
const DOMAIN = "ntd.test";

/** Who a certificate speaks for; `name` is lower case letters, digits and `-`, at most 63 of them. */
export type IdentityName = {
  kind: IdentityKind;
  name: string;
  /** Host names under which a service is reached, beside localhost. */
  hosts?: readonly string[];
};

/** An identity on disk: its URI and the folder that holds `cert.pem`, `key.pem` (mode 0600) and `ca.pem`. */
export type Identity = { uri: string; dir: string };

/**
 * Issues a new identity `spiffe://ntd.test/<kind>/<name>` with a new key by the authority in `dir`, valid for 90 days from
 * `now` (a date long past makes an expired one). It is one of a client; of kind `service` also one of a server on
 * `localhost` and 127.0.0.1. An earlier certificate of the same name is replaced; at every moment the folder holds a
 * certificate with its key. Throws when the name cannot be one or `dir` holds no authority.
 */
export async function issueIdentity(dir: string, who: IdentityName, now = new Date()): Promise<Identity> {
  requireName(who);
  const authority = await readAuthority(dir);
  const keys = await newKeys();
  const certificate = await certify(authority, { who, publicKey: keys.publicKey }, now);
  const folder = join(dir, `${who.kind}-${who.name}`);
  const pems = { certificate, key: await pemOf(keys.privateKey), bundle: authority.bundle };
  await (existsSync(folder) ? replace(folder, pems) : place(folder, pems));
  return { uri: uriOf(who), dir: folder };
}

/** Issues the identity in `folder` again, for the key that is there: one file is replaced, so no moment has half of it. */
export async function renewIdentity(folder: string, authority: Authority, now: Date): Promise<x509.X509Certificate> {
  const old = await certificateIn(folder);
  const certificate = await certify(authority, { who: namesOf(old), publicKey: old.publicKey }, now);
  await settle(old.toString("pem"), keysOfIdentity(folder));
  await writeWhole(join(folder, "ca.pem"), authority.bundle, 0o644);
  await writeWhole(join(folder, "cert.pem"), certificate.toString("pem"), 0o644);
  return certificate;
}

export async function certificateIn(folder: string): Promise<x509.X509Certificate> {
  return new x509.X509Certificate(await readFile(join(folder, "cert.pem"), "utf8"));
}

/** The names that a certificate, or a request for one, carries. @throws when it carries no identity of ours. */
export function namesOf(certificate: x509.X509Certificate | x509.Pkcs10CertificateRequest): Required<IdentityName> {
  const names = hostsAndUris(certificate)?.names.items ?? [];
  const uri = names.find(({ type }) => type === "url")?.value ?? "";
  const own = spiffeId(uri);
  const kind = identityKinds.find((one) => one === own?.kind);
  if (own?.domain !== DOMAIN || kind === undefined)
    throw new Error(`${certificate.subject} carries no identity spiffe://${DOMAIN}/<kind>/<name>`);
  return { kind, name: own.name, hosts: names.filter(({ type }) => type === "dns").map(({ value }) => value) };
}

function hostsAndUris(certificate: x509.X509Certificate | x509.Pkcs10CertificateRequest) {
  return certificate.extensions.find((one) => one instanceof x509.SubjectAlternativeNameExtension);
}

export function uriOf({ kind, name }: IdentityName): string {
  return `spiffe://${DOMAIN}/${kind}/${name}`;
}

export function requireName({ kind, name, hosts = [] }: IdentityName): void {
  if (!identityKinds.includes(kind)) throw new Error(`kind: "${kind}" is none of ${identityKinds.join(", ")}`);
  if (!/^[a-z0-9-]{1,63}$/.test(name)) {
    throw new Error(`name: "${name.slice(0, 80)}" is not 1 to 63 lower case letters, digits and "-"`);
  }
  const [first] = hosts;
  if (first !== undefined && kind !== "service") {
    throw new Error(`${first}: ${kind}/${name} is no service, so it serves under no host name`);
  }
  const bad = hosts.find((host) => !/^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/.test(host));
  if (bad !== undefined)
    throw new Error(`${bad.slice(0, 80)}: is no host name in lower case letters, digits, "-" and "."`);
}

type Subject = { who: IdentityName; publicKey: x509.PublicKeyType };

/** Signs a certificate. Who is no service cannot pose as a server by it: it has neither the right nor a host's name. */
export async function certify(authority: Authority, { who, publicKey }: Subject, now: Date) {
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const serves = who.kind === "service";
  const life = identityLife(lifeOf(authority.certificate), now);
  const dns = serves ? [...new Set(["localhost", ...(who.hosts ?? [])])] : [];
  return x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [`${who.kind}-${who.name}`] }],
    issuer: authority.certificate.subjectName,
    notBefore: life.from,
    notAfter: life.until,
    signingAlgorithm,
    publicKey,
    signingKey: authority.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      // Services call each other.
      new x509.ExtendedKeyUsageExtension(serves ? [serverAuth, clientAuth] : [clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "url", value: uriOf(who) },
        ...dns.map((value) => ({ type: "dns" as const, value })),
        ...(serves ? [{ type: "ip" as const, value: "127.0.0.1" }] : []),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
}

type Pems = { certificate: x509.X509Certificate; key: string; bundle: string };

// Beside and then into place: a folder that is there is whole.
async function place(folder: string, pems: Pems): Promise<void> {
  const aside = `${folder}.${randomBytes(4).toString("hex")}`;
  await mkdir(aside, { recursive: true });
  await writeWhole(join(aside, "key.pem"), pems.key, 0o600);
  await writeWhole(join(aside, "cert.pem"), pems.certificate.toString("pem"), 0o644);
  await writeWhole(join(aside, "ca.pem"), pems.bundle, 0o644);
  await putInPlace(aside, folder);
}

// Two files cannot change at once, so for a moment the new key stands beside the old one: readers take the one that fits.
async function replace(folder: string, { certificate, key, bundle }: Pems): Promise<void> {
  const files = keysOfIdentity(folder);
  const old = await readFile(join(folder, "cert.pem"), "utf8").catch(() => undefined);
  if (old !== undefined) await settle(old, files);
  await writeWhole(join(folder, "ca.pem"), bundle, 0o644);
  await writeWhole(files.next, key, 0o600);
  await writeWhole(join(folder, "cert.pem"), certificate.toString("pem"), 0o644);
  await putInPlace(files.next, files.key);
}
