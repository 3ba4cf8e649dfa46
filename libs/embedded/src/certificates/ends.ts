import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { X509Certificate } from "@peculiar/x509";
import { authoritiesIn } from "./authority.ts";
import { daysUntil } from "./due.ts";
import { certificateIn, namesOf, uriOf } from "./identity.ts";

/** A certificate of a folder of certificates and when it ends. */
export type CertificateEnd = {
  /** The identity's URI, or "authority". */
  name: string;
  dir: string;
  from: Date;
  until: Date;
  /** Whole days that are left; below 0 when it has ended. */
  daysLeft: number;
  /** Which authority vouches for it, by the start of its serial number; "" when none that the folder trusts. */
  authority: string;
};

/**
 * The authorities in `dir` (who signs first) and the identities in its folders, who ends first. A folder whose certificate
 * cannot be read is left out. Throws when `dir` holds no authority.
 */
export async function ends(dir: string, now = new Date()): Promise<CertificateEnd[]> {
  const authorities = await authoritiesIn(dir);
  const told = (name: string, where: string, one: X509Certificate, authority: string): CertificateEnd => {
    const { notBefore: from, notAfter: until } = one;
    return { name, dir: where, from, until, daysLeft: daysUntil(until, now), authority };
  };
  const identities = [];
  for (const folder of await identityFolders(dir)) {
    const certificate = await certificateIn(folder).catch(() => undefined);
    if (certificate === undefined) continue;
    const authority = await issuerOf(certificate, authorities);
    identities.push(told(nameIn(certificate), folder, certificate, authority === undefined ? "" : markOf(authority)));
  }
  return [
    ...authorities.map((one) => told("authority", dir, one, markOf(one))),
    ...identities.toSorted((a, b) => a.until.getTime() - b.until.getTime() || a.name.localeCompare(b.name)),
  ];
}

/** The folders in `dir` that hold an identity. */
export async function identityFolders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  // Others are what a death left beside.
  const folders = entries.filter((entry) => entry.isDirectory() && /^[a-z0-9-]+$/.test(entry.name));
  const paths = folders.map(({ name }) => join(dir, name));
  const held = await Promise.all(paths.map(async (folder) => (await readdir(folder)).includes("cert.pem")));
  return paths.filter((_, i) => held[i]).toSorted();
}

async function issuerOf(certificate: X509Certificate, authorities: readonly X509Certificate[]) {
  for (const one of authorities) {
    if (await certificate.verify({ publicKey: one, signatureOnly: true })) return one;
  }
  return undefined;
}

/** What tells one authority from the next, which carries the same name. */
export function markOf({ serialNumber }: X509Certificate): string {
  return serialNumber.slice(0, 8);
}

function nameIn(certificate: X509Certificate): string {
  try {
    return uriOf(namesOf(certificate));
  } catch {
    return certificate.subject;
  }
}
