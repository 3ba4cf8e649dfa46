import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";

/** Whether a peer's certificate, or one of the chain that it came with, is issued by one of these authorities. */
export function isTrusted(peer: DetailedPeerCertificate, authorities: readonly X509Certificate[]): boolean {
  const seen = new Set<string>();
  // An authority is its own issuer: there the chain ends.
  for (let one = peer; one?.raw !== undefined && !seen.has(one.fingerprint256); one = one.issuerCertificate) {
    seen.add(one.fingerprint256);
    const certificate = new X509Certificate(one.raw);
    if (authorities.some((ca) => certificate.checkIssued(ca) && certificate.verify(ca.publicKey))) return true;
  }
  return false;
}
