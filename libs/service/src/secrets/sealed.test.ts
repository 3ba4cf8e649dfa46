import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../problem/problem.ts";
import { sealer, sealerFromFile, type Sealed } from "./sealed.ts";
import { sealingClasses } from "./sealing-keys.ts";

const key = (fill: number) => new Uint8Array(32).fill(fill);
const october = key(10);
const november = key(11);
const both = sealer(new Map(Object.entries({ "2026-11": november, "2026-10": october })));
const now = new Date("2026-11-24T00:00:00Z");

test("what was sealed opens as it was, and never twice as the same bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const [one, two] = [both.seal(text, "words", now), both.seal(text, "words", now)];
      expect(both.open(one)).toBe(text);
      expect(Buffer.from(one.nonce).equals(two.nonce)).toBe(false);
    }),
  );
});

test("any changed bit, wherever, is refused", () => {
  const sealed = both.seal("https://host.example/picture", "words", now);
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
  const sealed = both.seal("8 bytes!", "words", now);
  for (let length = 0; length < sealed.ciphertext.length; length++) {
    expectReason({ ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) }, "SIGNATURE_INVALID");
    expectReason(
      { ...sealed, ciphertext: sealed.ciphertext.subarray(-length) },
      length === 0 ? "" : "SIGNATURE_INVALID",
    );
  }
});

test("text is sealed by the key of its month, or the newest before it", () => {
  expect(both.seal("a", "words", now).keyId).toBe("2026-11");
  expect(both.seal("a", "words", new Date("2026-10-31T23:59:59Z")).keyId).toBe("2026-10");
  expect(both.seal("a", "words", new Date("2027-02-01T00:00:00Z")).keyId).toBe("2026-11");
});

test("once a month's key is retired its texts cannot be opened, and the others can", () => {
  const old = both.seal("a", "words", new Date("2026-10-05T00:00:00Z"));
  const fresh = both.seal("b", "words", now);
  const left = sealer(new Map([["2026-11", november]]));
  expect(left.open(fresh)).toBe("b");
  expect(() => left.open(old)).toThrow(expect.objectContaining({ reason: "SEALING_KEY_MISSING" }));
});

const classed = (...ids: string[]) => sealer(new Map(ids.map((id, at) => [id, key(at + 1)])));

test("each class is sealed by its own key of the month, and opens by no other", () => {
  const keys = classed("address-2026-10", "address-2026-11", "contact-2026-11", "words-2026-10", "words-2026-12");
  expect(sealingClasses.map((of) => keys.seal("a", of, now).keyId)).toEqual([
    "address-2026-11",
    "contact-2026-11",
    "words-2026-10",
  ]);
  for (const of of sealingClasses) expect(keys.open(keys.seal("a", of, now))).toBe("a");
});

test("a file of before there were classes seals every class, and a class whose first key is to come stays with it", () => {
  const keys = classed("2026-10", "address-2026-11", "words-2026-12");
  const used = (at: Date) => sealingClasses.map((of) => keys.seal("a", of, at).keyId);
  expect(used(now)).toEqual(["address-2026-11", "2026-10", "2026-10"]);
  expect(used(new Date("2026-12-01T00:00:00Z"))).toEqual(["address-2026-11", "2026-10", "words-2026-12"]);
  expect(classed("words-2026-12").seal("a", "words", now).keyId).toBe("words-2026-12");
  expect(() => classed("address-2026-11").seal("a", "words", now)).toThrow(reasonOf("SEALING_KEY_MISSING"));
});

test.each<[keyId: string, held: string[], reason: string]>([
  ["address-2026-12", ["address-2026-11", "words-2026-12"], "SEALING_KEY_NEWER"],
  ["address-2026-10", ["address-2026-11"], "SEALING_KEY_MISSING"],
  ["address-2026-11", ["2026-11"], "SEALING_KEY_NEWER"],
  ["words-2026-11", ["address-2026-11"], "SEALING_KEY_MISSING"],
  ["words-2026-12", ["address-2026-11"], "SEALING_KEY_NEWER"],
  ["2026-10", ["address-2026-11"], "SEALING_KEY_MISSING"],
  ["2026-12", ["2026-11"], "SEALING_KEY_NEWER"],
  ["2026-10", ["2026-11", "address-2026-12"], "SEALING_KEY_MISSING"],
  ["of-a-later-release", ["address-2026-11"], "SEALING_KEY_NEWER"],
])("%s where there are %j: %s", (keyId, held, reason) => {
  const sealed = { keyId, nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
  expect(() => classed(...held).open(sealed)).toThrow(reasonOf(reason));
});

test("another key under the same name opens nothing", () => {
  const sealed = both.seal("a", "words", now);
  const other = sealer(new Map([["2026-11", october]]));
  expect(() => other.open(sealed)).toThrow(expect.objectContaining({ reason: "SIGNATURE_INVALID" }));
});

test("keys are read from a file, and a file that is none is refused", () => {
  const dir = mkdtempSync(join(tmpdir(), "ntd-sealed-"));
  const file = join(dir, "keys.json");
  const write = (content: unknown) => writeFileSync(file, JSON.stringify(content));
  write({ keys: [{ id: "2026-11", key: Buffer.from(november).toString("base64") }] });
  expect(sealerFromFile(file).open(both.seal("a", "words", now))).toBe("a");
  for (const bad of [
    {},
    { keys: [] },
    { keys: [{ id: "latest", key: "" }] },
    { keys: [{ id: "2026-11", key: "eA==" }] },
    { keys: [{ id: "2026-13", key: Buffer.from(november).toString("base64") }] },
    { keys: [{ id: "photos-2026-11", key: Buffer.from(november).toString("base64") }] },
    { keys: ["2026-11", "2026-11"].map((id) => ({ id, key: Buffer.from(november).toString("base64") })) },
  ]) {
    write(bad);
    expect(() => sealerFromFile(file)).toThrow(expect.objectContaining({ reason: "CONFIG_INVALID" }));
  }
  rmSync(dir, { recursive: true });
  expect(() => sealerFromFile(file)).toThrow(/cannot be read/);
});

function reasonOf(reason: string): Error {
  return expect.objectContaining({ reason }) as Error;
}

function expectReason(sealed: Sealed, reason: string): void {
  let got = "";
  try {
    both.open(sealed);
  } catch (error) {
    got = Problem.from(error).reason;
  }
  expect(got).toBe(reason);
}
