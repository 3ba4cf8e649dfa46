import { createHash } from "node:crypto";

/** Cryptographic hashes of a file as it was received; lower-case hex. */
export type CryptographicHashes = { readonly sha256: string; readonly sha1: string; readonly md5: string };

/**
 * Hashes the original bytes. MD5 and SHA-1 are kept because existing hash lists carry them;
 * equality in any of them is meant for look-up, never for integrity.
 */
export function cryptographicHashes(bytes: Uint8Array): CryptographicHashes {
  return { sha256: hex("sha256", bytes), sha1: hex("sha1", bytes), md5: hex("md5", bytes) };
}

function hex(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}
