import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { asTyped, entryNamed } from "./entry-word.ts";

const hash = (algorithm: string, hex: string) => ({
  name: {
    $case: "fingerprint",
    value: { algorithm: `ALGORITHM_${algorithm}`, value: Uint8Array.from(Buffer.from(hex, "hex")), quality: 0 },
  },
});
const [md5, sha1, sha256] = [32, 40, 64].map((digits) => "ab".repeat(digits / 2)) as [string, string, string];

test("an entry is named by its id, or by its hash", () => {
  const id = "3f2a1b4c-0000-4000-8000-000000000000";
  expect(entryNamed(id)).toEqual({ name: { $case: "entryId", value: id } });
  expect(entryNamed(md5)).toMatchObject(hash("MD5", md5));
  expect(entryNamed(sha1.toUpperCase())).toMatchObject(hash("SHA1", sha1));
  expect(entryNamed(`sha256:${sha256}`)).toMatchObject(hash("SHA256", sha256));
  expect(entryNamed(`PDQ,${sha256}`)).toMatchObject(hash("PDQ", sha256));
});

test.each([sha256, "", "abc", `photodna:${sha256}`, "sha256:xy"])("what names none is said so: %s", (word) => {
  expect(() => entryNamed(word)).toThrow("give its id, or its hash");
});

test("a refusal names what was typed", () => {
  const fields = [
    { field: "entries[1]", description: "is no entry of this set" },
    { field: "note", description: "is long" },
  ];
  const told = asTyped(new Problem("NOT_FOUND", "", { fields }), ["a", "b"]);
  expect(told).toMatchObject({ reason: "NOT_FOUND", message: "b: is no entry of this set; note: is long" });
});
