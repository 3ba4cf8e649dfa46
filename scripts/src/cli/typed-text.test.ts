import { writeFileSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { typedText } from "./typed-text.ts";

async function* pieces(...parts: readonly Uint8Array[]) {
  yield* parts;
}
const read = (...parts: Uint8Array[]) => typedText("-", pieces(...parts), "--words");

test("what is typed is read whole, wherever it is cut on its way", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(text, fc.nat(200), async (said, at) => {
      const bytes = Buffer.from(said);
      expect(await read(bytes.subarray(0, at), bytes.subarray(at))).toBe(said.trim());
    }),
  );
});

test("letters of another encoding are refused, not lost", async () => {
  await expect(read(Buffer.from("caf\xe9", "latin1"))).rejects.toThrow(
    "standard input is no text in UTF-8; save it as UTF-8 first",
  );
});

test("a file is read to its end, but not one that has none, nor one that is not there", async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), "ntd-words-"));
  writeFileSync(join(dir.path, "words"), "\ufeffwhat happens\n");
  expect(await typedText(join(dir.path, "words"), pieces(), "--words")).toBe("what happens");
  await expect(typedText("/dev/zero", pieces(), "--words")).rejects.toThrow(
    "/dev/zero holds more than 1 MiB; name a file of words with --words",
  );
  for (const wrong of [dir.path, join(dir.path, "nowhere")])
    await expect(typedText(wrong, pieces(), "--words")).rejects.toThrow(`${wrong} cannot be read; name a file of`);
});
