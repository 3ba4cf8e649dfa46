import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openAddress, sealAddress, sealer } from "../index.ts";

const keys = sealer(new Map([["2026-01", randomBytes(32)]]));
const now = new Date("2026-02-01");

test("an address reads back in its three forms", () => {
  const address = { original: "HTTP://a.example", fetch: "http://a.example/", key: "a.example/" };
  expect(openAddress(keys, sealAddress(keys, address, now))).toEqual(address);
});

test.each(["http://a.example/", "{}", '{"original":"x"}'])("sealed text that is no address is named: %s", (text) => {
  expect(() => openAddress(keys, keys.seal(text, now))).toThrowError(
    expect.objectContaining({ reason: "EVENT_UNREADABLE" }) as Error,
  );
});
