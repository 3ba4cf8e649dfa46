import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem, unwatched, watchFiles, type Logger, type Watched } from "@ntd/service";
import { identityInNames, trustDomainOf } from "./caller.ts";

/** The files of an identity folder, and the trust domain its own certificate names. */
export interface IdentityFiles {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
  trustDomain: string;
}

/** An identity folder, watched: new certificates are those of the next connections. */
export type Identity = Watched<IdentityFiles>;

const NAMES = ["ca.pem", "cert.pem", "key.pem"] as const;

/**
 * Reads an identity folder now and whenever one of its files changes. A certificate whose key is not there yet, or of
 * another trust domain, leaves the last ones in force.
 *
 * @throws Problem CONFIG_INVALID as `readIdentityFiles`.
 */
export function watchIdentity(dir: string, log: Logger): Identity {
  const { trustDomain } = readIdentityFiles(dir);
  return watchFiles({
    what: `the certificates in ${dir}`,
    paths: NAMES.map((name) => join(dir, name)),
    log,
    read() {
      const files = readIdentityFiles(dir);
      if (files.trustDomain === trustDomain) return files;
      throw new Problem("CONFIG_INVALID", `${join(dir, "cert.pem")} is of another trust domain; start anew for that.`);
    },
  });
}

/** An identity folder that is read once, for what does not last. */
export function fixedIdentity(dir: string): Identity {
  return unwatched(readIdentityFiles(dir));
}

/**
 * Reads `ca.pem`, `cert.pem` and `key.pem`.
 *
 * @throws Problem CONFIG_INVALID when a file is missing, the key is another certificate's, or the certificate carries
 * no identity.
 */
export function readIdentityFiles(dir: string): IdentityFiles {
  const [ca, cert] = [read(dir, "ca.pem"), read(dir, "cert.pem")];
  parsed(dir, "ca.pem", () => new X509Certificate(ca));
  const certificate = parsed(dir, "cert.pem", () => new X509Certificate(cert));
  const key = keyOf(dir, certificate);
  const own = identityInNames(certificate.subjectAltName);
  const trustDomain = own === undefined ? undefined : trustDomainOf(own.id);
  if (trustDomain === undefined) {
    throw new Problem(
      "CONFIG_INVALID",
      `${join(dir, "cert.pem")} carries no identity spiffe://{trust domain}/{kind}/{name}; issue it again with one.`,
    );
  }
  return { ca, cert, key, trustDomain };
}

/** Whoever issues a new key puts it here first: two files cannot change at once, and one of two keys always fits. */
const NEXT_KEY = "key.next.pem";

function keyOf(dir: string, certificate: X509Certificate): Buffer {
  const next = nextKeyOf(dir, certificate);
  if (next !== undefined) return next;
  const key = read(dir, "key.pem");
  const own = parsed(dir, "key.pem", () => createPrivateKey(key));
  if (certificate.checkPrivateKey(own)) return key;
  throw new Problem("CONFIG_INVALID", `${join(dir, "key.pem")} is not the key of ${join(dir, "cert.pem")}.`);
}

function nextKeyOf(dir: string, certificate: X509Certificate): Buffer | undefined {
  try {
    const key = readFileSync(join(dir, NEXT_KEY));
    return certificate.checkPrivateKey(createPrivateKey(key)) ? key : undefined;
  } catch {
    return undefined;
  }
}

function read(dir: string, file: string): Buffer {
  try {
    return readFileSync(join(dir, file));
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${join(dir, file)} cannot be read; an identity folder has it.`, { cause });
  }
}

function parsed<T>(dir: string, file: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new Problem("CONFIG_INVALID", `${join(dir, file)} is not the PEM that an identity folder has.`, { cause });
  }
}
