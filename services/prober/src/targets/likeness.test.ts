import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Content } from "@ntd/proto/prober/v1/target";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contentOf as example } from "../../test/examples.ts";
import { likeness } from "./likeness.ts";

const known = example(1, 0);

/** Content of other bytes whose PDQ hash differs from the known one in `bits` bits. */
function apart(bits: number): Content {
  const value = new Uint8Array(32);
  for (let bit = 0; bit < bits; bit++) value[bit >> 3] = (value[bit >> 3] ?? 0) | (1 << (bit & 7));
  const fingerprints = example(2).fingerprints.map((f) => (f.algorithm === "ALGORITHM_PDQ" ? { ...f, value } : f));
  return { ...example(2), fingerprints };
}

test("nothing to compare with", () => expect(likeness(undefined, known)).toBe("first"));
test("the same bytes", () => expect(likeness(known, structuredClone(known))).toBe("identical"));

test("the radius of 31 bits is the border", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 256 }), (bits) => {
      expect(likeness(known, apart(bits))).toBe(bits <= 31 ? "same" : "other");
    }),
  );
});

test("a mirrored picture is the same material", () => {
  const mirrored = { ...known, pdqForms: [...known.pdqForms, { form: "flipY", value: new Uint8Array(32).fill(255) }] };
  expect(likeness(mirrored, example(3, 255))).toBe("same");
  expect(likeness(known, example(3, 255))).toBe("other");
});

test("bytes that are the same but were not decoded this time are the same", () => {
  const bare: Content = { ...known, fingerprints: known.fingerprints.slice(0, 1), pdqForms: [], recipe: "" };
  expect(likeness(known, bare)).toBe("same");
  expect(likeness(bare, known)).toBe("same");
});

test("two pages of other bytes are other", () => {
  const page = (sha: number): Content => ({
    ...example(sha),
    fingerprints: example(sha).fingerprints.slice(0, 1),
    pdqForms: [],
  });
  expect(likeness(page(1), page(2))).toBe("other");
});

test("a hash of another length is never near", () => {
  const short: Fingerprint = { algorithm: "ALGORITHM_PDQ", value: new Uint8Array(0), quality: 100 };
  expect(likeness(known, { ...example(2), fingerprints: [short] })).toBe("other");
});
