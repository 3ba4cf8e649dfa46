import { expect, test } from "vitest";
import { parseAddress } from "./address.ts";

test("the original is kept byte for byte and the fragment stays in what is fetched", () => {
  const given = " HTTPS://A.example:443/x?y#!/page ";
  expect(parseAddress(given)).toEqual({
    address: { original: given, fetch: "https://a.example/x?y#!/page", key: "https://a.example/x?y#!/page" },
    isRepaired: false,
  });
});

test("what had to be repaired is said to be, and the original stays what was pasted", () => {
  const given = "\u200bhxxp://a[.]example/x.jpg.";
  const fetch = "http://a.example/x.jpg";
  expect(parseAddress(given)).toEqual({ address: { original: given, fetch, key: fetch }, isRepaired: true });
});

test.each([
  ["", "MISSING"],
  ["   ", "MISSING"],
  [`http://a.example/${"x".repeat(8192)}`, "TOO_LONG"],
  [`http://a.example/${"é".repeat(4096)}`, "TOO_LONG"],
  ["a.example/x", "NOT_ABSOLUTE"],
  ["//a.example/x", "NOT_ABSOLUTE"],
  ["javascript:alert(1)", "SCHEME"],
  ["java\tscript:alert(1)", "NOT_ABSOLUTE"],
  ["file:///etc/passwd", "SCHEME"],
  ["ftp://a.example/", "SCHEME"],
  ["data:image/png;base64,AAAA", "SCHEME"],
  ["http://", "HOST"],
  ["http:///x", "HOST"],
  ["http:localhost", "HOST"],
  ["http://?x", "HOST"],
  ["http://.../", "HOST"],
  ["http://a%20b.example/", "HOST"],
  ["http://a.example/x http://b.example/", "TWO_ADDRESSES"],
  ["\u200b", "MISSING"],
  ["http://1.2.3.999/", "HOST"],
  ["http://user@a.example/", "CREDENTIALS"],
  ["http://user:secret@a.example/", "CREDENTIALS"],
  ["http://:secret@a.example/", "CREDENTIALS"],
])("%s is refused as %s", (given, fault) => expect(parseAddress(given)).toEqual({ fault }));
