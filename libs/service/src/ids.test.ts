import fc from "fast-check";
import { expect, test } from "vitest";
import { derivedId, derivedIds, isUuid, keyedId, uuidOfHex, uuidsIn } from "./ids.ts";

test("an id never changes: these are stored", () => {
  expect(derivedId("case", "target-1", 1)).toBe("e32440bb-f64a-5abf-8677-42f1965adf31");
  expect(keyedId(new Uint8Array(32), 1, "https://host.example/a")).toBe("05b699fe0c1d9695bec3596a79016483");
});

const causes = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 4 });

test("it is the UUID of version 5 that RFC 9562 defines", () => {
  // Made by Python's uuid.uuid5 over the namespace and the same JSON.
  expect(derivedId("notice", "é \u{1f600}", 7)).toBe("80371e7f-67eb-5ee3-8470-50d41503963b");
});

test("the same causes give the same id, other causes another, however they are cut", () => {
  fc.assert(
    fc.property(causes, causes, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(derivedId("notice", ...a) === derivedId("notice", ...b)).toBe(same);
      expect(isUuid(derivedId("notice", ...a))).toBe(true);
    }),
  );
  expect(derivedId("a", "b", "c")).not.toBe(derivedId("a", "b,c"));
  expect(derivedId("a", "1")).not.toBe(derivedId("a", 1));
});

test("UUIDs stand one behind the other as their bytes, or as their digits", () => {
  fc.assert(
    fc.property(fc.array(fc.uuid(), { maxLength: 5 }), (ids) => {
      const hex = ids.join("").replaceAll("-", "");
      expect(uuidsIn(Buffer.from(hex, "hex"))).toEqual(ids);
      expect(ids.map((_, nth) => uuidOfHex(hex, 32 * nth))).toEqual(ids);
    }),
  );
});

test("a keyed id cannot be made without the key", () => {
  expect(keyedId(new Uint8Array(32).fill(1), "a")).not.toBe(keyedId(new Uint8Array(32).fill(2), "a"));
  expect(keyedId(new Uint8Array(32), "a")).toMatch(/^[0-9a-f]{32}$/);
});

test("a key may be used again and again, and a copy of it is the same key", () => {
  const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const first = keyedId(key, "a");
  expect(keyedId(other, "a")).not.toBe(first);
  expect([keyedId(key, "a"), keyedId(Uint8Array.from(key), "a")]).toEqual([first, first]);
});

test("a UUID is told from other text", () => {
  expect(isUuid("3f2504e0-4f89-41d3-9a0c-0305e82c3301")).toBe(true);
  expect(isUuid("3F2504E0-4F89-41D3-9A0C-0305E82C3301")).toBe(true);
  for (const text of ["", "3f2504e04f8941d39a0c0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82c3301\n"]) {
    expect(isUuid(text)).toBe(false);
  }
});

test("many ids with the same beginning are those that are derived one by one", () => {
  const text = fc.stringMatching(/^[a-zA-Z0-9é:_ -]{0,300}$/);
  fc.assert(
    fc.property(text, fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), (first, others) => {
      const idOf = derivedIds("entry", first);
      for (const more of others) {
        const hex = derivedId("entry", first, ...more).replaceAll("-", "");
        expect(Buffer.from(idOf(...more)).toString("hex")).toBe(hex);
      }
    }),
  );
});
