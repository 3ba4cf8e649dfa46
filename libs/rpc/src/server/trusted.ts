import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";
import { pemsIn } from "@ntd/service";

/** Whether a peer's certificate, or one of the chain that it came with, is issued by an authority of a bundle (PEM). */
export function isTrusted(peer: DetailedPeerCertificate, bundle: Buffer): boolean {
  const authorities = pemsIn(bundle.toString("latin1")).map((pem) => new X509Certificate(pem));
  const seen = new Set<string>();
  // An authority is its own issuer: there the chain ends.
  for (let one = peer; one?.raw !== undefined && !seen.has(one.fingerprint256); one = one.issuerCertificate) {
    seen.add(one.fingerprint256);
    const certificate = new X509Certificate(one.raw);
    if (authorities.some((ca) => certificate.checkIssued(ca) && certificate.verify(ca.publicKey))) return true;
  }
  return false;
}
