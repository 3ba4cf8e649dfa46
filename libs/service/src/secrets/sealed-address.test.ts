import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Problem, namedAddress, openAddress, sealAddress, sealer, shownAddress } from "../index.ts";

const keys = sealer(new Map([["2026-01", randomBytes(32)]]));
const now = new Date("2026-02-01");

test("an address reads back in its three forms", () => {
  const address = { original: "HTTP://a.example", fetch: "http://a.example/", key: "a.example/" };
  expect(openAddress(keys, sealAddress(keys, address, now))).toEqual(address);
});

test.each([
  ["HTTP://A.example:80", "http://a.example/", "HTTP://A.example:80"],
  ["hxxp://a[.]example/", "http://a.example/", "http://a.example/"],
  ["<http://a.example/>", "http://a.example/", "http://a.example/"],
  ["http://https://a.example/", "https://a.example/", "https://a.example/"],
  ["http://a.example/x.jpg.", "http://a.example/x.jpg", "http://a.example/x.jpg"],
])("%s is named as reported, or as read where that is no such address", (original, fetch, named) => {
  expect(namedAddress({ original, fetch, key: fetch })).toBe(named);
});

test.each(["http://a.example/", "{}", '{"original":"x"}'])("sealed text that is no address is named: %s", (text) => {
  expect(() => openAddress(keys, keys.seal(text, "address", now))).toThrowError(
    expect.objectContaining({ reason: "EVENT_UNREADABLE" }) as Error,
  );
});

test("an address is shown as reported; one whose key was taken out is told apart from none", () => {
  const sealed = sealAddress(keys, { original: "x", fetch: "http://a.example/", key: "a.example/" }, now);
  const later = sealer(new Map([["2026-02", randomBytes(32)]]));
  const shown = [shownAddress(keys, sealed), shownAddress(keys, undefined), shownAddress(later, sealed)];
  expect(shown).toEqual([{ url: "http://a.example/" }, { url: "" }, { url: "", addressErased: true }]);
  expect(() => shownAddress(keys, keys.seal("none", "address", now))).toThrow(Problem);
});
