import { expect, it } from "vitest";
import { cryptographicHashes } from "../index.ts";

// Published values: FIPS 180-4 examples and RFC 1321.
it("gives the published hashes of abc and of nothing", () => {
  expect(cryptographicHashes(Buffer.from("abc"))).toEqual({
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    sha1: "a9993e364706816aba3e25717850c26c9cd0d89d",
    md5: "900150983cd24fb0d6963f7d28e17f72",
  });
  expect(cryptographicHashes(new Uint8Array()).md5).toBe("d41d8cd98f00b204e9800998ecf8427e");
});

it("hashes exactly the bytes of a view, not those around it", () => {
  const around = Buffer.from("xabcx");
  expect(cryptographicHashes(around.subarray(1, 4))).toEqual(cryptographicHashes(Buffer.from("abc")));
});
