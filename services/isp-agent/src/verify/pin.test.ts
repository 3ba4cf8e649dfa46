import fc from "fast-check";
import { expect, test } from "vitest";
import { pinned } from "./pin.ts";

const key = (kid: string, x: string, more: object = {}) => ({ kty: "OKP", crv: "Ed25519", kid, x, ...more });
const set = (...keys: object[]) => JSON.stringify({ keys });
const none = { keys: [] };
const known = pinned(none, set(key("a", "AAAA"))).keys;

test("keys at first contact are pinned by their public members alone", () => {
  const { keys, added, changed } = pinned(none, set(key("a", "AAAA", { d: "secret", alg: "none" })));
  expect(keys).toEqual({ keys: [{ kty: "OKP", crv: "Ed25519", x: "AAAA", kid: "a", alg: "EdDSA", use: "sig" }] });
  expect([added, changed]).toEqual([["a"], []]);
});

test("a new key is added, and one that is no longer offered stays", () => {
  const { keys, added } = pinned(known, set(key("b", "BBBB")));
  expect(keys.keys.map((k) => k.kid)).toEqual(["a", "b"]);
  expect(added).toEqual(["b"]);
});

test("another key under a known id is named and never taken, also within one answer", () => {
  expect(pinned(known, set(key("a", "XXXX")))).toEqual({ keys: known, added: [], changed: ["a"] });
  const { keys, changed } = pinned(none, set(key("a", "AAAA"), key("a", "XXXX")));
  expect([keys, changed]).toEqual([known, ["a"]]);
});

test.each([
  ["a curve that signs no notice", set(key("b", "BBBB", { crv: "X25519" }))],
  ["a key without an id", set({ kty: "OKP", crv: "Ed25519", x: "BBBB" }, key("", "BBBB"))],
  ["no key at all", set(null as never, "b" as never, [])],
  ["no list", '{"keys": {"a": 1}}'],
  ["null", "null"],
  ["no JSON", "{keys"],
])("%s changes nothing", (_, jwksJson) => {
  expect(pinned(known, jwksJson)).toEqual({ keys: known, added: [], changed: [] });
});

test("whatever is offered, what is pinned stays pinned", () => {
  const offered = fc.array(fc.record({ kid: fc.constantFrom("a", "b", "c"), x: fc.constantFrom("AAAA", "BBBB") }));
  fc.assert(
    fc.property(fc.array(offered), (answers) => {
      let now = known;
      for (const keys of answers) {
        const before = now;
        now = pinned(before, set(...keys.map(({ kid, x }) => key(kid, x)))).keys;
        expect(now.keys.slice(0, before.keys.length)).toEqual(before.keys);
        expect(new Set(now.keys.map((k) => k.kid)).size).toBe(now.keys.length);
      }
    }),
  );
});
