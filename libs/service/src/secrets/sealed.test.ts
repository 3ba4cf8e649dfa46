import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../problem/problem.ts";
import { sealer, sealerFromFile, type Sealed } from "./sealed.ts";

const key = (fill: number) => new Uint8Array(32).fill(fill);
const october = key(10);
const november = key(11);
const both = sealer(new Map(Object.entries({ "2026-11": november, "2026-10": october })));
const now = new Date("2026-11-24T00:00:00Z");

test("what was sealed opens as it was, and never twice as the same bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const [one, two] = [both.seal(text, now), both.seal(text, now)];
      expect(both.open(one)).toBe(text);
      expect(Buffer.from(one.nonce).equals(two.nonce)).toBe(false);
    }),
  );
});

test("any changed bit, wherever, is refused", () => {
  const sealed = both.seal("https://host.example/picture", now);
  const position = fc.nat({ max: (sealed.ciphertext.length + 12) * 8 - 1 });
  fc.assert(
    fc.property(position, (bit) => {
      const bytes = Buffer.concat([sealed.nonce, sealed.ciphertext]);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expectReason({ ...sealed, nonce: bytes.subarray(0, 12), ciphertext: bytes.subarray(12) }, "SIGNATURE_INVALID");
    }),
  );
});

test("a cut text is refused at every length, short tags included", () => {
  // Of eight characters and the first four bytes of their tag: a cipher that takes short tags opens that.
  const sealed = both.seal("8 bytes!", now);
  for (let length = 0; length < sealed.ciphertext.length; length++) {
    expectReason({ ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) }, "SIGNATURE_INVALID");
    expectReason(
      { ...sealed, ciphertext: sealed.ciphertext.subarray(-length) },
      length === 0 ? "" : "SIGNATURE_INVALID",
    );
  }
});

test("text is sealed by the key of its month, or the newest before it", () => {
  expect(both.seal("a", now).keyId).toBe("2026-11");
  expect(both.seal("a", new Date("2026-10-31T23:59:59Z")).keyId).toBe("2026-10");
  expect(both.seal("a", new Date("2027-02-01T00:00:00Z")).keyId).toBe("2026-11");
});

test("once a month's key is retired its texts cannot be opened, and the others can", () => {
  const old = both.seal("a", new Date("2026-10-05T00:00:00Z"));
  const fresh = both.seal("b", now);
  const left = sealer(new Map([["2026-11", november]]));
  expect(left.open(fresh)).toBe("b");
  expect(() => left.open(old)).toThrow(expect.objectContaining({ reason: "SEALING_KEY_MISSING" }));
});

test("another key under the same name opens nothing", () => {
  const sealed = both.seal("a", now);
  const other = sealer(new Map([["2026-11", october]]));
  expect(() => other.open(sealed)).toThrow(expect.objectContaining({ reason: "SIGNATURE_INVALID" }));
});

test("keys are read from a file, and a file that is none is refused", () => {
  const dir = mkdtempSync(join(tmpdir(), "ntd-sealed-"));
  const file = join(dir, "keys.json");
  const write = (content: unknown) => writeFileSync(file, JSON.stringify(content));
  write({ keys: [{ id: "2026-11", key: Buffer.from(november).toString("base64") }] });
  expect(sealerFromFile(file).open(both.seal("a", now))).toBe("a");
  for (const bad of [
    {},
    { keys: [] },
    { keys: [{ id: "latest", key: "" }] },
    { keys: [{ id: "2026-11", key: "eA==" }] },
  ]) {
    write(bad);
    expect(() => sealerFromFile(file)).toThrow(expect.objectContaining({ reason: "CONFIG_INVALID" }));
  }
  rmSync(dir, { recursive: true });
  expect(() => sealerFromFile(file)).toThrow(/cannot be read/);
});

function expectReason(sealed: Sealed, reason: string): void {
  let got = "";
  try {
    both.open(sealed);
  } catch (error) {
    got = Problem.from(error).reason;
  }
  expect(got).toBe(reason);
}
