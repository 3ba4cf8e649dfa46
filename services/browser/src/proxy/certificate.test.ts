import { X509Certificate, createPrivateKey } from "node:crypto";
import { expect, test } from "vitest";
import { ownCertificate } from "./certificate.ts";

test("it is a certificate, signed by its own key, and valid for years", () => {
  const { cert, key } = ownCertificate(new Date("2026-11-29T12:00:00Z"));
  const read = new X509Certificate(cert);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect([read.subject, read.validFrom, read.validTo]).toEqual([
    "CN=proxy",
    "Nov 28 12:00:00 2026 GMT",
    "Nov 26 12:00:00 2036 GMT",
  ]);
  expect(ownCertificate(new Date()).key).not.toBe(key);
});
