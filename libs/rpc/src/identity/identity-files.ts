import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "@ntd/service";
import { identityInNames, trustDomainOf } from "./caller.ts";

/** The files of an identity folder, and the trust domain its own certificate names. */
export interface IdentityFiles {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
  trustDomain: string;
}

/**
 * Reads `ca.pem`, `cert.pem` and `key.pem`.
 *
 * @throws Problem CONFIG_INVALID when a file is missing or the certificate carries no identity.
 */
export function readIdentityFiles(dir: string): IdentityFiles {
  const [ca, cert, key] = [read(dir, "ca.pem"), read(dir, "cert.pem"), read(dir, "key.pem")];
  const own = identityInNames(namesOf(cert, dir));
  const trustDomain = own === undefined ? undefined : trustDomainOf(own.id);
  if (trustDomain === undefined) {
    throw new Problem(
      "CONFIG_INVALID",
      `${join(dir, "cert.pem")} carries no identity spiffe://{trust domain}/{kind}/{name}; issue it again with one.`,
    );
  }
  return { ca, cert, key, trustDomain };
}

function read(dir: string, file: string): Buffer {
  try {
    return readFileSync(join(dir, file));
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${join(dir, file)} cannot be read; an identity folder has it.`, { cause });
  }
}

function namesOf(cert: Buffer, dir: string): string | undefined {
  try {
    return new X509Certificate(cert).subjectAltName;
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${join(dir, "cert.pem")} is no certificate.`, { cause });
  }
}
