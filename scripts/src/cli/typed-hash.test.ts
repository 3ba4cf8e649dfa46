import { expect, test } from "vitest";
import { algorithmNamed, OF_FILES, OF_ONE_ALGORITHM, typedHash } from "./typed-hash.ts";

const hex = (digits: number) => "ab".repeat(digits / 2);
const read = (word: string, byLength = OF_FILES) => {
  const { algorithm = "", value = new Uint8Array(), quality } = typedHash(word, byLength) ?? {};
  return [algorithm.replace("ALGORITHM_", ""), value.length, quality].filter((one) => one !== undefined).join(" ");
};

test.each([
  [hex(32), "MD5 16"],
  [hex(40).toUpperCase(), "SHA1 20"],
  [hex(64), "SHA256 32"],
  [`sha256:${hex(64)}`, "SHA256 32"],
  [` SHA-256,${hex(64)} `, "SHA256 32"],
  [`pdq:${hex(64)}:100`, "PDQ 32 100"],
  [`blockhash256,${hex(64)},0`, "BLOCKHASH256 32 0"],
])("%s is %s", (word, is) => {
  expect(read(word)).toBe(is);
});

test.each([
  "",
  "abc",
  "sha256:",
  "sha256:xy",
  `photodna:${hex(64)}`,
  `pdq:${hex(64)}:`,
  `pdq:${hex(64)}:1000`,
  hex(34),
])("%s is none", (word) => {
  expect(typedHash(word, OF_FILES)).toBeUndefined();
});

test("64 digits alone are one hash only where one kind of them is meant, and nothing is an algorithm without a word", () => {
  expect(typedHash(hex(64), OF_ONE_ALGORITHM)).toBeUndefined();
  expect([algorithmNamed(""), algorithmNamed("unspecified"), algorithmNamed("constructor")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
