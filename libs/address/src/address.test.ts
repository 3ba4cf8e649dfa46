import { expect, test } from "vitest";
import { parseAddress } from "./address.ts";

test("the original is kept byte for byte and the fragment stays in what is fetched", () => {
  const given = " HTTPS://A.example:443/x?y#!/page ";
  expect(parseAddress(given)).toEqual({
    original: given,
    fetch: "https://a.example/x?y#!/page",
    key: "https://a.example/x?y#!/page",
  });
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
  ["http:a.example", "HOST"],
  ["http://?x", "HOST"],
  ["http://.../", "HOST"],
  ["http://a b.example/", "HOST"],
  ["http://1.2.3.999/", "HOST"],
  ["http://user@a.example/", "CREDENTIALS"],
  ["http://user:secret@a.example/", "CREDENTIALS"],
  ["http://:secret@a.example/", "CREDENTIALS"],
])("%s is refused as %s", (given, fault) => expect(parseAddress(given)).toEqual({ fault }));
